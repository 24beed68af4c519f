import { type GraphQLOutputType, getNullableType, isListType } from 'graphql'
import { type Below, type Selected, type Selection, TYPE_KEY } from '../merge/select.js'

/**
 * Writes a value of a selection as `JSON.stringify` would if it held the selected keys alone, in their order: what sources with
 * another order of keys, other white space or more than was asked for send is brought into the form that is checked. A value
 * of the wrong kind stays what it is, for the check to find.
 */
export function canonicalObject(value: unknown, fields: Selection): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  // Nothing is left of it by directives: its type was asked for instead.
  if (fields.length === 0) return { [TYPE_KEY]: own(value, TYPE_KEY) }
  const written: Record<string, unknown> = Object.create(null)
  for (const selected of fields) {
    written[selected.key] = canonicalField(own(value, selected.key), selected)
  }
  return written
}

function canonicalField(value: unknown, { field, below }: Selected): unknown {
  return below && field ? canonicalValue(value, field.type, below) : value
}

function canonicalValue(value: unknown, type: GraphQLOutputType, below: Below): unknown {
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    return Array.isArray(value)
      ? value.map((item) => canonicalValue(item, nullable.ofType, below))
      : value
  }
  if (below.kind === 'REFERENCE') return keyAlone(value)
  if (below.kind === 'OBJECT') return canonicalObject(value, below.fields)
  const name = own(value, TYPE_KEY)
  const found = below.cases.find(({ type: { name: possible } }) => possible === name)
  const rest = found && canonicalObject(value, found.fields)
  return rest && typeof rest === 'object' ? { [TYPE_KEY]: name, ...rest } : value
}

const keyAlone = (value: unknown): unknown =>
  isObject(value) ? { number: own(value, 'number') } : value

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A key of the object itself, never one that all objects have (`constructor`, `__proto__`); null where it is absent. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key)
    ? ((value as Record<string, unknown>)[key] ?? null)
    : null
}
