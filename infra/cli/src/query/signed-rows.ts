import type { Names } from './key-names.js'

/** Fields that hold rows. */
const HOLD_ROWS = ['nodes', 'node', 'observation']

/**
 * Fields of a row that the gateway makes and no source signs: marks of the merge, and what the registry knows of an
 * organisation. Provenance is looked at by itself, entry by entry, for the copies of a row stand side by side there.
 */
const MADE_BY_GATEWAY = ['conflict', 'possibleDuplicateOf', 'superseded', 'source', '__typename']
const ORGANIZATIONS = ['organization', 'pointOfCare']

type Row = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every row that an answer shows. */
export function rowsIn(data: unknown, names: Names): readonly Row[] {
  if (Array.isArray(data)) return data.flatMap((item: unknown) => rowsIn(item, names))
  if (!isObject(data)) return []
  return Object.entries(data).flatMap(([key, value]) => {
    const holdsRows = HOLD_ROWS.some((name) => names.of(key).has(name))
    return holdsRows ? [value].flat().filter(isObject) : rowsIn(value, names)
  })
}

/** Whether a shown row is as a source sent it, in all that a source says. */
export function isSameRow(shown: Row, signed: object, names: Names): boolean {
  return isSame(shown, signed, names)
}

function isSame(shown: unknown, signed: unknown, names: Names): boolean {
  if (Array.isArray(shown)) {
    const others: readonly unknown[] = Array.isArray(signed) ? signed : []
    return (
      shown.length === others.length && shown.every((one, at) => isSame(one, others[at], names))
    )
  }
  if (!isObject(shown)) return shown === signed
  if (!isObject(signed)) return false
  return Object.entries(shown).every(([key, value]) => {
    const is = (list: readonly string[]): boolean => list.some((name) => names.of(key).has(name))
    if (is(MADE_BY_GATEWAY)) return true
    if (is(['provenance'])) return hasOwnEntry(value, signed[key], names)
    return is(ORGANIZATIONS)
      ? isSameNumber(value, signed[key], names)
      : isSame(value, signed[key], names)
  })
}

/** Of the copies that a shown row names, the source's own is among them as it was signed. */
function hasOwnEntry(shown: unknown, signed: unknown, names: Names): boolean {
  const [own] = Array.isArray(signed) ? (signed as readonly unknown[]) : []
  return Array.isArray(shown) && shown.some((entry) => isSame(entry, own, names))
}

function isSameNumber(shown: unknown, signed: unknown, names: Names): boolean {
  if (!isObject(shown) || !isObject(signed)) return shown === signed
  const number = Object.entries(shown).find(([key]) => names.of(key).has('number'))
  return number === undefined || number[1] === signed['number']
}
