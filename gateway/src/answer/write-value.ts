import { type GraphQLOutputType, getNullableType, isListType } from 'graphql'
import type { Below, Selected, Selection } from '../merge/select.js'
import { own } from '../rows/canonical.js'
import type { References } from './references.js'

/**
 * Writes an object that the gateway made (reports, counts, folds) as the client selected it: aliases, order of keys,
 * `__typename`. A field that the object lacks is null.
 */
export function writeObject(
  typeName: string,
  fields: Selection,
  value: unknown,
  references: References,
): string {
  const members = fields.map((selected) => {
    const text = writeMember(typeName, selected, value, references)
    return `${JSON.stringify(selected.key)}:${text}`
  })
  return `{${members.join(',')}}`
}

/** The value of one selected field of an object. */
export function writeMember(
  typeName: string,
  selected: Selected,
  value: unknown,
  references: References,
): string {
  return selected.field
    ? writeField(selected, own(value, selected.name), references)
    : JSON.stringify(typeName)
}

function writeField({ field, below }: Selected, value: unknown, references: References): string {
  if (!below || !field) return JSON.stringify(value)
  return writeValue(field.type, below, value, references)
}

function writeValue(
  type: GraphQLOutputType,
  below: Below,
  value: unknown,
  references: References,
): string {
  if (value === null || value === undefined) return 'null'
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    const items = value as readonly unknown[]
    return `[${items.map((item) => writeValue(nullable.ofType, below, item, references)).join(',')}]`
  }
  if (below.kind === 'REFERENCE') {
    return references.textOf(below.fields, Number(own(value, 'number')))
  }
  if (below.kind === 'OBJECT') return writeObject(below.type.name, below.fields, value, references)
  throw new Error('the gateway makes no values of interfaces or unions')
}

/** The selections of organisations within, rows left out: those are found in the rows. */
export function referencesIn(fields: Selection, isRow: (name: string) => boolean): Selection[] {
  return fields.flatMap(({ name, below }) => {
    if (!below || isRow(name)) return []
    if (below.kind === 'REFERENCE') return [below.fields]
    if (below.kind === 'OBJECT') return referencesIn(below.fields, isRow)
    return below.cases.flatMap((each) => referencesIn(each.fields, isRow))
  })
}
