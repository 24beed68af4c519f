import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Behaviour, startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { operator, patients } from '@kilde/people'
import { CliError } from '../errors.js'
import type { ViewEntry } from './compare-view.js'
import type { LogPlace } from './logs.js'

/** Those whose nodes stand alone. The GP never says whether it holds something back. */
const NODES = ['municipality', 'hospital', 'gp'] as const
type Service = 'gateway' | (typeof NODES)[number]

/** A network of three organisations with faults on the way to two of them, and keys that its logs are opened with. */
export interface FaultyNetwork {
  readonly network: TestNetwork
  readonly places: readonly LogPlace[]
  readonly operator: string
  stop(): Promise<void>
}

export async function startFaultyNetwork(): Promise<FaultyNetwork> {
  const keys = new Map<Service, Buffer>()
  for (const service of ['gateway', ...NODES] as const) keys.set(service, randomBytes(32))
  const keyOf = (service: Service): string => keys.get(service)?.toString('base64url') ?? ''
  const network = await startTestNetwork({
    organizations: NODES,
    faults: ['hospital', 'gp'],
    data: {
      patient: patients.copd,
      organizations: ['municipality', 'hospital'],
      rows: 12,
      until: new Date(),
    },
    settings: {
      gateway: {
        KILDE_AUDIT_KEY: keyOf('gateway'),
        KILDE_SOURCE_TIMEOUT_MS: '1500',
        KILDE_SOURCE_CONNECT_MS: '500',
        KILDE_CIRCUIT_BREAKER: 'off',
        ...WITHOUT_RATES,
      },
      operator: { KILDE_GATEWAY_AUDIT_KEY: keyOf('gateway') },
      municipality: { KILDE_AUDIT_KEY: keyOf('municipality') },
      hospital: { KILDE_AUDIT_KEY: keyOf('hospital') },
      gp: { KILDE_AUDIT_KEY: keyOf('gp'), KILDE_DISCLOSURE: 'hidden' },
    },
  })
  const places = [...keys].map(([service, key]) => ({
    service,
    key,
    directory: join(network.directory, 'audit', service),
  }))
  return { network, places, operator: operator.number, stop: () => network.stop() }
}

/** This load is one requester's, and no misuse. */
const WITHOUT_RATES = {
  KILDE_RATE_REQUESTER_PER_MINUTE: '0',
  KILDE_RATE_ORGANIZATION_PER_MINUTE: '0',
  KILDE_RATE_PATIENTS_PER_MINUTE: '0',
} as const

const FAULTS: readonly Behaviour[] = [
  'cut',
  'silent',
  { status: 500, body: '{}' },
  { status: 200, body: 'no JSON' },
  // The node gave it, and recorded that; the gateway cannot use it.
  { change: (body) => body.slice(0, body.length / 2) },
  'cut',
  { status: 503, body: '{"errors":[]}' },
]

const QUERY = `query ($identifier: PatientIdentifier!, $first: Int!) {
  patient(identifier: $identifier) { observations(first: $first) { nodes { id } complete } }
}`
const PERSONAS = ['nurse', 'hospital-doctor', 'gp', 'secretary', 'patient'] as const
const IN_FLIGHT = 12

/**
 * Asks so many questions, of patients known and unknown, by those who may and those who may not, while sources fail.
 * @returns how many the gateway answered; the others it refused as a whole
 */
export async function askWithFaults(
  { network }: FaultyNetwork,
  queries: number,
  random: () => number,
  progress: (done: number) => void,
): Promise<number> {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  let next = 0
  let answered = 0
  const work = async (): Promise<void> => {
    while (next < queries) {
      const at = next++
      if (at % 10 === 0) {
        for (const proxy of [network.faults.hospital, network.faults.gp])
          proxy?.behave(random() < 0.4 ? pick(FAULTS) : 'pass')
      }
      const persona = pick(PERSONAS)
      const isKnown = persona === 'patient' || random() < 0.8
      const { identifier } = isKnown ? patients.copd : patients.none
      // Whatever becomes of it stands in the logs.
      const answer = await network
        .ask(persona, QUERY, { identifier, first: 1 + Math.floor(random() * 30) })
        .catch(() => undefined)
      if (answer?.body.data) answered += 1
      if (at % 500 === 499) progress(at + 1)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  for (const proxy of Object.values(network.faults)) proxy.behave('pass')
  return answered
}

const VIEW = `query ($identifier: PatientIdentifier!, $after: Cursor, $until: DateTime!) {
  patient(identifier: $identifier) {
    accessLog(first: 50, after: $after, filter: { ownLookups: true, period: { end: $until } }) {
      nodes { requestId trace recordedBy { organization { number } } }
      pageInfo { hasNextPage endCursor }
      sources { organization { number } status reason }
    }
  }
}`

interface ViewPage {
  readonly nodes: readonly {
    readonly requestId: string
    readonly trace: string | null
    readonly recordedBy: readonly { readonly organization: { readonly number: string } }[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
  }[]
}

/** Most times that a page is asked for again where a log was late: on a busy machine that is no finding. */
const MOST_TRIES = 30
const PAUSE_MS = 500

/** The patient's own view of all logs up to an instant. Never told complete: one organisation does not disclose. */
export async function readView(
  { network }: FaultyNetwork,
  untilMs: number,
): Promise<readonly ViewEntry[]> {
  const entries: ViewEntry[] = []
  const until = new Date(untilMs).toISOString()
  let after: string | null = null
  do {
    const { nodes, pageInfo }: ViewPage = await readPage(network, { after, until })
    for (const { requestId, trace, recordedBy } of nodes) {
      for (const { organization } of recordedBy)
        entries.push({ organization: organization.number, requestId, trace })
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return entries
}

async function readPage(
  network: TestNetwork,
  place: { readonly after: string | null; readonly until: string },
): Promise<ViewPage> {
  const { identifier } = patients.copd
  let missing = ''
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { body } = await network.ask('patient', VIEW, { identifier, ...place })
    const data = body.data as { readonly patient: { readonly accessLog: ViewPage } } | undefined
    const page = data?.patient.accessLog
    missing = page ? missingIn(page) : (body.errors?.[0]?.extensions?.code ?? 'no answer')
    if (page && missing === '') return page
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new CliError('ANSWER_UNUSABLE', {
    text: `A log does not answer (${missing}): the patient’s view cannot be read as a whole.`,
  })
}

const missingIn = ({ sources }: ViewPage): string =>
  sources
    .filter(({ status }) => status !== 'OK' && status !== 'EMPTY')
    .map(({ organization, status, reason }) =>
      [organization.number, status, reason ?? ''].join(' ').trim(),
    )
    .join(', ')
