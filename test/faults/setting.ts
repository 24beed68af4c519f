import { askAs, type Session, type TestNetworkOptions } from '@kilde/demo/test-network'
import { type OrganizationKey, organizations, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'

/** Stands in everything that a misbehaving source sends: nobody may ever read it. */
export const MARK = 'WORDS-OF-THE-ROGUE'

const patient = patients.copd
/** Who holds the rows: four each. The others hold nothing. */
export const holders = ['municipality', 'hospital', 'gp'] as const
export const rowsEach = 4
const rows = holders.length * rowsEach
/** All processes of nodes; the last one hosts two organisations. */
export const nodes = ['municipality', 'hospital', 'gp', 'neighbour', 'hosted'] as const

/** Time for a network to start (milliseconds), also on a machine that is busy with other things. */
export const STARTING_MS = 120_000

/** Sources get all the time there is: a busy machine must not make one late. */
const PATIENT = { KILDE_SOURCE_TIMEOUT_MS: '30000', KILDE_REQUEST_TIMEOUT_MS: '60000' }
/** Faults here come one after the other: each is to be met anew, not by an open circuit. */
const ANEW = { KILDE_CIRCUIT_BREAKER: 'off' }

/** A whole network, every node of which stands behind a fault proxy. */
export function startFaultyNetwork(
  gateway: NonNullable<TestNetworkOptions['settings']>['gateway'] = PATIENT,
): Promise<WatchedNetwork> {
  return startNetwork({
    settings: { gateway: { ...ANEW, ...gateway } },
    faults: nodes,
    data: { patient, organizations: holders, rows, until: new Date() },
  })
}

export interface List {
  readonly complete: boolean
  readonly completeness: Readonly<Record<string, number | boolean>>
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly nodes: readonly Row[]
  readonly sources: readonly Report[]
}

export interface Row {
  readonly id: string
  readonly valueText: string
  readonly version: number
  readonly conflict: boolean
  readonly provenance: readonly {
    readonly id: string
    readonly organization: { readonly number: string }
    readonly source: { readonly number: string; readonly name: string }
    readonly superseded: boolean
  }[]
}

export interface Report {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly reason: string | null
  readonly returned: number
  readonly dropped: number
  readonly elapsed: number | null
  readonly asOf: string | null
  readonly withheld: string
}

export const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations {
      complete
      completeness { agreed asked answered failed notAsked catalogueStale }
      totalCount { value precision }
      nodes {
        id version status effective valueText conflict identifier { system value } code { coding { system code } }
        provenance { id organization { number } source { number name } superseded }
      }
      sources { organization { number } status reason returned dropped elapsed asOf withheld }
    }
  }
}`

/** Asks for everything. @throws where there is an error: a source that fails is none. */
export async function askList(
  network: WatchedNetwork,
  who: string | Session = 'nurse',
): Promise<List> {
  const { status, body } = await ask(network, who)
  if (status !== 200 || body.errors) throw new Error(JSON.stringify({ status, ...body }))
  return (body.data as { patient: { observations: List } }).patient.observations
}

/** The same, with every row that there is. @throws where somebody is missing */
export async function askWhole(network: WatchedNetwork): Promise<List> {
  const list = await askList(network)
  if (list.complete && list.nodes.length === rows) return list
  throw new Error(`the network is not well: ${JSON.stringify(list.sources)}`)
}

function ask(network: WatchedNetwork, who: string | Session) {
  const variables = { identifier: patient.identifier }
  if (typeof who === 'string') return network.ask(who, query, variables)
  return askAs(who, `${network.gateway}/graphql`, { query, variables })
}

export function reportOf({ sources }: List, key: OrganizationKey): Report | undefined {
  return sources.find(({ organization }) => organization.number === organizations[key].number)
}

/** The rows of all but some organisations, as the JSON that the client got. */
export function rowsExcept({ nodes: all }: List, ...keys: readonly OrganizationKey[]): string[] {
  const numbers = keys.map((key): string => organizations[key].number)
  return all.filter(({ id }) => !numbers.includes(id.slice(0, 9))).map((row) => JSON.stringify(row))
}

/** Everything that left the gateway or stands in a log and must not: words of the rogue, addresses of sources. */
export function leaks(network: WatchedNetwork, list: unknown): readonly string[] {
  const texts = [JSON.stringify(list), ...network.log.map(({ text }) => text)]
  const secrets = [MARK, ...addresses(network)]
  return secrets.filter((secret) => texts.some((text) => text.includes(secret)))
}

function addresses({ faults }: WatchedNetwork): readonly string[] {
  return Object.values(faults).map(({ url }) => new URL(url).host)
}

/** The proxy before a node. */
export function proxyOf({ faults }: WatchedNetwork, node: (typeof nodes)[number]) {
  const proxy = faults[node]
  if (!proxy) throw new RangeError(`no proxy before ${node}`)
  return proxy
}

/** Everybody behaves again. */
export function heal({ faults }: WatchedNetwork): void {
  for (const proxy of Object.values(faults)) proxy.behave('pass')
}
