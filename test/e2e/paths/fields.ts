/** A protected field of `Patient`, and the one leaf of it that tells something. */
export interface ProtectedField {
  readonly name: string
  /** With arguments as literals. */
  readonly call: string
  /** The same with each argument from a variable. */
  readonly withVariables: {
    readonly call: string
    /** E.g. `$codes: [Code!]!`. */
    readonly declarations: string
    readonly variables: Readonly<Record<string, unknown>>
  }
  /** Its type in the contract. */
  readonly type: string
  /** Selection whose leaf has the alias `told`. */
  readonly told: string
}

const PULSE = 'http://loinc.org|8867-4'
const PERIOD = { start: '2026-01-01T00:00:00Z', end: '2026-06-01T00:00:00Z' }

const list = {
  call: 'observations(first: 50)',
  withVariables: {
    call: 'observations(first: $first)',
    declarations: '$first: Int',
    variables: { first: 50 },
  },
  type: 'ObservationConnection',
} as const

const name = {
  call: 'name',
  // It has no arguments but those of directives.
  withVariables: {
    call: 'name @include(if: $yes)',
    declarations: '$yes: Boolean!',
    variables: { yes: true },
  },
  type: 'PatientName',
} as const

/** Measurements by every field that tells of them. */
export const measurements: readonly ProtectedField[] = [
  {
    name: 'a list, its edges and its count',
    ...list,
    told: 'nodes { told: valueText } edges { node { told: id } } totalCount { told: value }',
  },
  {
    name: 'the newest',
    call: `latestObservations(codes: ["${PULSE}"])`,
    withVariables: {
      call: 'latestObservations(codes: $codes)',
      declarations: '$codes: [Code!]!',
      variables: { codes: [PULSE] },
    },
    type: 'LatestObservations',
    told: 'items { observation { told: id } }',
  },
  {
    name: 'a trend',
    call: `observationTrend(code: "${PULSE}", unit: "/min", bucket: MONTH, period: { start: "${PERIOD.start}", end: "${PERIOD.end}" })`,
    withVariables: {
      call: 'observationTrend(code: $code, unit: $unit, bucket: $bucket, period: $period)',
      declarations: '$code: Code!, $unit: UcumUnit!, $bucket: Bucket!, $period: PeriodInput!',
      variables: { code: PULSE, unit: '/min', bucket: 'MONTH', period: PERIOD },
    },
    type: 'ObservationTrend',
    told: 'buckets { told: mean }',
  },
]

export const names: readonly ProtectedField[] = [
  {
    name: 'the name and its variants',
    ...name,
    told: 'value { told: text } variants { value { told: text } }',
  },
]

export const log: ProtectedField = {
  name: 'the access log',
  call: 'accessLog(first: 20, filter: { by: [PROFESSIONAL] })',
  withVariables: {
    call: 'accessLog(first: $first, filter: $filter)',
    declarations: '$first: Int, $filter: AccessLogFilter',
    variables: { first: 20, filter: { by: ['PROFESSIONAL'] } },
  },
  type: 'AccessLogConnection',
  told: 'nodes { told: text }',
}
