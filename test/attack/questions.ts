import { encodeBoundary } from '@kilde/contract'
import type { Random } from '../simulation/random.js'

const CODES = [
  'http://loinc.org|8867-4',
  'http://loinc.org|59408-5',
  'http://loinc.org|8310-5',
  'http://loinc.org|29463-7',
] as const

/** What a live requester asked: so much of one list, and nothing else. */
export interface Wish {
  readonly first: number
  readonly codes: readonly string[] | undefined
  readonly after: string | undefined
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

export function createWish(random: Random, identifier: string): Wish {
  const first = 1 + random.below(4)
  const codes = random.below(2) === 0 ? undefined : [random.pick(CODES)]
  const t = Date.now() - random.below(3_600_000)
  const place = encodeBoundary({ t, i: '', o: '', d: '' })
  const after = random.below(3) === 0 ? `${place}.0.0..mac` : undefined
  const query = `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor, $codes: [Code!]) {
    patient(identifier: $identifier) {
      observations(first: $first, after: $after, filter: { codes: $codes }) { nodes { id valueText } complete }
    }
  }`
  return { first, codes, after, query, variables: { identifier, first, after, codes } }
}

/** One list as a gateway asks a node for it; parts of it can be others. */
export interface ListQuestion {
  readonly first: number
  readonly codes: readonly string[] | undefined
  readonly after: string | undefined
  /** Fields of a row. */
  readonly row: string
  readonly filter: string
  readonly order: string
  /** Besides the rows. */
  readonly beside: string
  /** Other fields of the patient. */
  readonly more: string
}

/** Exactly what was signed. */
export const asWished = ({ first, codes, after }: Wish): ListQuestion => ({
  first,
  codes,
  after: after?.split('.')[0],
  row: 'id valueText',
  filter: '',
  order: 'NEWEST_FIRST',
  beside: '',
  more: '',
})

export const listQuery = (list: ListQuestion): string =>
  `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor, $codes: [Code!]) {
    patient(identifier: $identifier) {
      m0: observations(first: $first, after: $after, order: ${list.order}, filter: { codes: $codes, superseding: true ${list.filter} }) {
        edges { cursor r0_0: node { ${list.row} } } pageInfo { hasNextPage } ${list.beside}
        sources { organization { number } status dropped withheld reason asOf contractVersion }
      }
      ${list.more}
    }
  }`

/** More than was signed, one way or another. */
export function widened(wish: Wish, random: Random): ListQuestion {
  const list = asWished(wish)
  const more = (text: string): ListQuestion => ({ ...list, more: text })
  const [code] = CODES.filter((one) => one !== wish.codes?.[0])
  return random.pick<() => ListQuestion>([
    () => ({ ...list, row: `${list.row} ${random.pick(FIELDS)}` }),
    () => ({ ...list, beside: 'totalCount { value }' }),
    () => ({ ...list, filter: ', status: [ENTERED_IN_ERROR, FINAL]' }),
    () => ({ ...list, filter: ', abnormalOnly: true' }),
    () => ({ ...list, codes: [code ?? ''] }),
    () => ({ ...list, codes: [...(wish.codes ?? []), code ?? ''] }),
    () => ({ ...list, order: 'OLDEST_FIRST' }),
    () => more('name { variants { value { text } } }'),
    () => more(`latestObservations(codes: ["${code}"]) { items { observation { id } } }`),
    () => more(`m1: observations(first: ${list.first}) { edges { cursor r1_0: node { id } } }`),
  ])()
}

const FIELDS = [
  'code { text }',
  'quantity(unit: "kg") { value }',
  'provenance { system }',
  'note { text }',
  'valueInteger',
  'interpretation { text }',
  'status',
] as const

/** More rows than were signed, or rows from before the signed cursor. */
export function moreRows(wish: Wish, random: Random): ListQuestion {
  const list = asWished(wish)
  const more = { ...list, first: list.first + 1 + random.below(900) }
  if (wish.after === undefined) return more
  const t = Date.now() + 60_000 + random.below(1_000_000)
  const early = { ...list, after: encodeBoundary({ t, i: '', o: '', d: '' }) }
  return random.pick([more, early, { ...list, after: undefined }])
}
