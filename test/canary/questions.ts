import { writeWholeChart } from '@kilde/contract/compose'
import { canary, MARK, patient } from './canaries.js'

/** A request as it goes over the wire; who sends it signs it. */
export interface Question {
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const identifier = patient.identifier
const ROW = `id status effective valueText kind version note { text authorText } device { display } method { text }
  bodySite { text } code { text coding { system code } } identifier { system value } provenance { source { name } measured }`
const REPORT = 'complete sources { organization { number name } status reason returned dropped }'

const LIST = `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor, $filter: ObservationFilter) {
  patient(identifier: $identifier) {
    id
    observations(first: $first, after: $after, filter: $filter) {
      nodes { ${ROW} } pageInfo { hasNextPage endCursor } totalCount { value precision } ${REPORT}
    }
  }
}`

const FRAGMENTS = `query Two($identifier: PatientIdentifier!, $notes: Boolean!) {
  who: patient(identifier: $identifier) {
    newest: observations(first: 20) { ...rows }
    oldest: observations(first: 20, order: OLDEST_FIRST) { ...rows }
  }
}
fragment rows on ObservationConnection {
  __typename
  edges { cursor node { ...row words: note @include(if: $notes) { text } } }
  ${REPORT}
}
fragment row on Observation { id valueText quantity(unit: "kg") { value text } device { display } }`

const SUMMARY = `query ($identifier: PatientIdentifier!, $period: PeriodInput!) {
  patient(identifier: $identifier) {
    latestObservations(codes: ["http://loinc.org|8867-4", "http://loinc.org|29463-7"]) {
      items { code observation { ${ROW} } } ${REPORT}
    }
    observationTrend(code: "http://loinc.org|8867-4", period: $period, bucket: DAY, unit: "/min") {
      buckets { start count mean } ${REPORT}
    }
    name { value { text } variants { value { text } } ${REPORT} }
  }
}`

const PLANS = `query ($identifier: PatientIdentifier!, $status: [CarePlanStatus!]) {
  patient(identifier: $identifier) {
    carePlans(filter: { status: $status }) {
      conflict
      nodes {
        id title description author { display } zones { level title condition action { text } }
        goal { description { text } target { detailText } } activity { description scheduledText }
        note { text } activeBeside provenance { source { name } }
      } ${REPORT}
    }
  }
}`

/** A field of the registry's own makes it an operation of two subgraphs: it takes the general way. */
const GENERAL = `query ($identifier: PatientIdentifier!) {
  organizations { number name }
  patient(identifier: $identifier) { observations { nodes { ${ROW} } ${REPORT} } }
}`

/** Everything of every class. */
const whole = writeWholeChart()

const asJson = (query: string, variables: object): Question => ({
  body: JSON.stringify({ query, variables }),
})

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

/** A page; `after` makes it a later one. */
export const page = (after?: string): Question => asJson(LIST, { identifier, first: 20, after })

/** Questions that are answered: the same things asked in several ways. */
export const sound: readonly ((at: number) => Question)[] = [
  () => asJson(LIST, { identifier, first: 100 }),
  () => asJson(LIST, { identifier: `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}` }),
  (at) => asJson(LIST, { identifier, unused: canary('unused', at) }),
  () => asJson(LIST, { identifier, filter: { codes: ['http://loinc.org|8867-4'], last: 3 } }),
  () => asJson(FRAGMENTS, { identifier, notes: true }),
  () => asJson(SUMMARY, { identifier, period: { start: daysAgo(5), end: daysAgo(-1) } }),
  () => asJson(GENERAL, { identifier }),
  () => asJson(FRAGMENTS, { identifier, notes: false }),
  () => asJson(PLANS, { identifier }),
  () => asJson(whole.text, { ...whole.variables, identifier }),
  (at) => ({ ...page(), headers: { 'user-agent': canary('agent', at).replace(/[^ -~]/g, '') } }),
]

/** Questions that are refused, each in its own place on the path. */
export const refused: readonly ((at: number) => Question)[] = [
  (at) => asJson(LIST, { identifier: canary('identifier', at) }),
  (at) => asJson(LIST, { identifier, first: canary('first', at) }),
  (at) => asJson(LIST, { identifier, after: canary('cursor', at) }),
  (at) => asJson(LIST, { identifier, filter: { codes: [canary('code', at)] } }),
  (at) => asJson(LIST, { identifier, filter: { [`${MARK}${at}`]: 1 } }),
  (at) => asJson(PLANS, { identifier, status: canary('status', at) }),
  (at) => asJson(`{ patient(identifier: "${identifier}") { id } } # ${canary('comment', at)}`, {}),
  (at) => asJson(`{ patient(identifier: ${MARK}${at} `, { identifier }),
  (at) => ({
    body: `{"query": "${canary('broken', at)}", "variables": {"identifier": "${identifier}"`,
  }),
  (at) => ({
    body: JSON.stringify({ query: LIST, variables: canary('variables', at), identifier }),
  }),
  (at) => ({
    body: JSON.stringify({ query: '{ __typename }', padding: canary('large', at).repeat(4_000) }),
  }),
  (at) => ({
    ...asJson(LIST, { identifier }),
    headers: { 'content-type': 'text/plain', 'x-note': `${MARK}-${at}` },
  }),
]

const WATCH = `subscription ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations(first: 5) { nodes { ${ROW} } ${REPORT} } }
}`

/** What is new of the patient, for as long as somebody listens. */
export const watching = (): Question => ({
  body: JSON.stringify({ query: WATCH, variables: { identifier } }),
})
