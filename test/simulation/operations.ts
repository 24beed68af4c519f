import { effectiveOf, type Row } from './rows.js'
import type { Client } from './schedule.js'
import { nameOf } from './sim-registry.js'

const ROW = `id version status effective valueText conflict
  identifier { system value } code { coding { system code } } provenance { id superseded source { number name } }`

const COMPLETENESS = `complete
  completeness { agreed asked answered failed withheld stale notAsked catalogueStale }
  sources { organization { number } status returned dropped recovered withheld reason elapsed asOf contractVersion }`

const REST = `pageInfo { hasNextPage hasPreviousPage endCursor } totalCount { value precision } ${COMPLETENESS}`

const CODE = 'http://loinc.org|8867-4'

const operation = (variables: string, fields: string): string =>
  `query ($identifier: PatientIdentifier!, $excluded: [OrganizationNumber!]${variables}) {
    patient(identifier: $identifier, excludeSources: $excluded) { ${fields} }
  }`
const paging = ', $first: Int, $after: Cursor, $order: Order'
const list = `a: observations(first: $first, after: $after, order: $order)`

/** What clients ask: one list; the same list twice, once of some sources only; what is folded, chosen or preferred. */
export const operations: Readonly<Record<Client['operation'], string>> = {
  LIST: operation(paging, `${list} { nodes { ${ROW} } ${REST} }`),
  TWO_LISTS: operation(
    `${paging}, $filter: ObservationFilter`,
    `id ${list} { edges { cursor node { ${ROW} } } ${REST} }
     b: observations(first: $first, order: $order, filter: $filter) { nodes { ${ROW} } ${REST} }`,
  ),
  OVERVIEW: operation(
    '',
    `n: name { value { text } variants { value { text } rank source { number } } conflict ${COMPLETENESS} }
     l: latestObservations(codes: ["${CODE}", "http://loinc.org|29463-7"]) {
       items { code observation { ${ROW} } complete newerMayExist } ${COMPLETENESS}
     }
     t: observationTrend(
       code: "${CODE}"
       period: { start: "2026-01-01T00:00:00Z", end: "2026-01-01T03:00:00Z" }
       bucket: HOUR
       unit: "/min"
     ) { buckets { start end count mean minimum maximum standardDeviation conflicts } leftOut ${COMPLETENESS} }`,
  ),
}

/** The merged fields of an operation, by alias. */
export const aliasesOf: Readonly<Record<Client['operation'], readonly string[]>> = {
  LIST: ['a'],
  TWO_LISTS: ['a', 'b'],
  OVERVIEW: ['n', 'l', 't'],
}

/** A row as a client must see it, where no other source has a copy of it. */
export function shown(row: Row): object {
  const { id, version, text, identity, source } = row
  return {
    id,
    version,
    status: 'FINAL',
    effective: effectiveOf(row),
    valueText: text,
    conflict: false,
    identifier: [{ system: 'urn:kilde:test', value: identity }],
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    provenance: [{ id, superseded: false, source: { number: source, name: nameOf(source) } }],
  }
}

export interface ShownRow {
  readonly id: string
}

export interface Report {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly returned: number
  readonly dropped: number
  readonly recovered: boolean
  readonly withheld: string
  readonly reason: string | null
  readonly elapsed: number | null
  readonly asOf: string | null
}

/** A merged field as a client gets it: lists have pages, the others values of their own. */
export interface List {
  readonly items?: readonly { readonly complete: boolean; readonly newerMayExist: boolean }[]
  readonly nodes?: readonly ShownRow[]
  readonly edges?: readonly { readonly cursor: string; readonly node: ShownRow }[]
  readonly pageInfo?: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly endCursor: string | null
  }
  readonly totalCount?: { readonly value: number | null; readonly precision: string }
  readonly complete: boolean
  readonly completeness: Readonly<Record<string, number | boolean>>
  readonly sources: readonly Report[]
}

export const rowsIn = ({ nodes, edges }: List): readonly ShownRow[] =>
  nodes ?? edges?.map(({ node }) => node) ?? []

export const hasAnswered = ({ status }: Pick<Report, 'status'>): boolean =>
  status === 'OK' || status === 'EMPTY' || status === 'TRUNCATED'
