import { itemsOf, membersOf } from '../rows/json-parts.js'

/** One place at which two sources say different things. */
export interface FieldDifference {
  /** Path of the element, e.g. `valueQuantity.value`; `(form)` behind it where the two mean the same. */
  readonly field: string
  /** What each says, as JSON text. Undefined: nothing. */
  readonly existing: string | undefined
  readonly shadow: string | undefined
}

/** What a server has of its own: ids, and what was put into words of it. */
const OWN: ReadonlySet<string> = new Set(['id', 'meta', 'text'])
/** More tell nothing more of one row. */
const MOST_FIELDS = 20

/** Where two FHIR resources differ, by path; references are each server's own, whom they name by identifier is compared. */
export function compareResources(existing: string, shadow: string): readonly FieldDifference[] {
  return differences(withoutOwn(existing), withoutOwn(shadow), '').slice(0, MOST_FIELDS)
}

type Members = ReadonlyMap<string, string>

const withoutOwn = (json: string): Members =>
  new Map([...membersOf(json)].filter(([name]) => !OWN.has(name)))

function differences(existing: Members, shadow: Members, path: string): FieldDifference[] {
  const names = new Set([...existing.keys(), ...shadow.keys()])
  names.delete('reference')
  return [...names].flatMap((name) =>
    differing(existing.get(name), shadow.get(name), path === '' ? name : `${path}.${name}`),
  )
}

function differing(
  existing: string | undefined,
  shadow: string | undefined,
  field: string,
): FieldDifference[] {
  const told = [{ field, existing, shadow }]
  if (existing === undefined || shadow === undefined) return told
  const kind = existing[0]
  if (kind !== shadow[0] || (kind !== '{' && kind !== '[')) {
    return unlike(existing, shadow, field)
  }
  if (kind === '{') return differences(membersOf(existing), membersOf(shadow), field)
  const [ours, theirs] = [itemsOf(existing), itemsOf(shadow)]
  if (ours.length !== theirs.length) return told
  return ours.flatMap((item, index) => differing(item, theirs[index], `${field}[${index}]`))
}

/** Digits of a number, or the zone of a time, are another form of the same. */
function unlike(existing: string, shadow: string, field: string): FieldDifference[] {
  const [ours, theirs]: readonly unknown[] = [JSON.parse(existing), JSON.parse(shadow)]
  if (ours === theirs) {
    return existing === shadow || typeof ours === 'string'
      ? []
      : [{ field: `${field} (form)`, existing, shadow }]
  }
  const isForm = isTime(ours) && isTime(theirs) && Date.parse(ours) === Date.parse(theirs)
  return [{ field: isForm ? `${field} (form)` : field, existing, shadow }]
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
