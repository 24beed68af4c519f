import { generateRows } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

export const [municipality, hospital] = [
  organizations.municipality.number,
  organizations.hospital.number,
]
const until = new Date('2026-03-15T10:00:00+01:00')
const holders = ['municipality', 'hospital'] as const

/** Rows of both organisations, and at the hospital a copy of every row of the municipality. */
export async function loadCopies(network: WatchedNetwork): Promise<void> {
  const chart = generateRows({
    patient: patients.copd,
    organizations: [...holders],
    rows: 24,
    until,
  })
  const own = chart.get('hospital') ?? []
  const copies = chart.get('municipality') ?? []
  await network.load(new Map([...chart, ['hospital', [...own, ...copies]]]))
}

/** What the municipality measures after a block was made. */
export async function measureLater(network: WatchedNetwork): Promise<void> {
  const later = new Date(until.getTime() + 86_400_000)
  const request = { patient: patients.copd, organizations: ['municipality'], rows: 6 } as const
  await network.load(
    generateRows({ ...request, organizations: ['municipality'], until: later, seed: 'later' }),
  )
}

interface Row {
  readonly provenance: readonly { readonly organization: { readonly number: string } }[]
}

interface Views {
  readonly observations: {
    readonly nodes: readonly Row[]
    readonly totalCount: { readonly value: number | null }
    readonly complete: boolean
    readonly sources: readonly {
      readonly organization: { readonly number: string }
      readonly status: string
      readonly reason: string | null
      readonly withheld: string
    }[]
  }
  readonly latestObservations: { readonly items: readonly { readonly observation: Row | null }[] }
  readonly observationTrend: { readonly buckets: readonly { readonly count: number }[] }
}

const VIEWS = `query ($identifier: PatientIdentifier!, $period: PeriodInput!) { patient(identifier: $identifier) {
  observations(first: 100) {
    nodes { provenance { organization { number } } } totalCount { value } complete
    sources { organization { number } status reason withheld } }
  latestObservations(codes: ["http://loinc.org|8867-4", "http://loinc.org|29463-7"]) {
    items { observation { provenance { organization { number } } } } }
  observationTrend(code: "http://loinc.org|8867-4", unit: "/min", bucket: MONTH, period: $period) { buckets { count } }
} }`

/** Whose rows a requester is shown, by every way there is to a row. */
export async function seenBy(network: Pick<WatchedNetwork, 'ask'>, persona: string) {
  const period = { start: '2026-01-01T00:00:00Z', end: '2026-06-01T00:00:00Z' }
  const answer = await network.ask(persona, VIEWS, {
    identifier: patients.copd.identifier,
    period,
  })
  const { observations, ...views } = dataOf<{ patient: Views }>(answer).patient
  const latest = views.latestObservations.items.flatMap(({ observation }) => observation ?? [])
  return {
    list: ownersOf(observations.nodes),
    rows: observations.nodes.length,
    count: observations.totalCount.value,
    complete: observations.complete,
    latest: ownersOf(latest),
    folded: views.observationTrend.buckets.reduce((sum, { count }) => sum + count, 0),
    sources: Object.fromEntries(
      observations.sources.map(({ organization, status, reason, withheld }) => [
        organization.number,
        [status, reason, withheld].filter((word) => word !== null).join(' '),
      ]),
    ),
  }
}

const ownersOf = (rows: readonly Row[]): readonly string[] =>
  [...new Set(rows.flatMap((row) => row.provenance.map((one) => one.organization.number)))].sort()
