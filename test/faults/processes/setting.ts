import { expect } from '@jest/globals'
import { askAs, type Session } from '@kilde/demo/test-network'
import { organizations } from '@kilde/people'
import { organizationNumbers } from '../../bench/network.js'
import { ownKeys } from '../../e2e/audit/logs.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { type List, operations, type Report, rowsIn, shown } from '../../simulation/operations.js'
import { sortRows } from '../../simulation/rows.js'
import { holdingOf, patientNumbers } from './holding.js'
import { SourceProcess } from './source-processes.js'

export { note } from '../../kit/note.js'

/** `KILDE_FAULTS_SCALE=full` runs the numbers of the reference; CI runs smaller ones. */
export const scaled = (ci: number, full: number): number =>
  process.env['KILDE_FAULTS_SCALE'] === 'full' ? full : ci

/** Whole time for one source (milliseconds): long enough for a machine that is busy with other things. */
const DEADLINE_MS = 3_500

/** A whole network with a gateway, and many sources that are processes of their own. */
export interface Setting {
  readonly network: WatchedNetwork
  readonly sources: readonly SourceProcess[]
  /** One for each patient: an attest is for one. */
  readonly sessions: readonly Session[]
}

export interface Asked {
  readonly status: number
  readonly list: List
  readonly tookMs: number
}

const consumer = organizations.gp.number
const gateway = { KILDE_SOURCE_TIMEOUT_MS: `${DEADLINE_MS}` }

export async function startSetting(): Promise<Setting> {
  const network = await startNetwork({
    organizations: ['gp'],
    settings: { gateway: { ...gateway, ...ownKeys['gateway'] } },
  })
  const numbers = organizationNumbers(1 + scaled(6, 19)).slice(1)
  const sources = await Promise.all(numbers.map((number) => SourceProcess.start(number)))
  for (const source of sources) await register(network, source)
  const sessions = await Promise.all(patientNumbers.map(() => network.signIn('gp')))
  return { network, sources, sessions }
}

export async function stopSetting({ network, sources }: Setting): Promise<void> {
  await Promise.all(sources.map((source) => source.stop()))
  await network.stop()
}

async function register({ admin }: WatchedNetwork, { number, proxy }: SourceProcess) {
  await admin.putOrganization({
    ...{ number, name: `Organisation ${number}`, kind: 'OTHER', contractVersion: '1.0' },
    ...{ endpoint: proxy.url, dataClasses: ['Observation'], state: 'ACTIVE', servesCitizens: true },
  })
  await admin.putMembership({
    organization: number,
    acceptedTerms: [{ version: '1.0', date: '2024-01-01' }],
    validFrom: '2024-01-01',
  })
  await admin.putAgreement({
    ...{ id: `faults-${number}`, consumer, provider: number, validFrom: '2024-01-01' },
    ...{ dataClasses: ['Observation'], purposes: ['TREAT'] },
    ...{ legalBasis: 'helsepersonelloven § 45', riskAssessment: 'ROS 1.0' },
  })
}

export function sessionFor({ sessions }: Setting, patient: number): Session {
  const session = sessions[patient]
  if (!session) throw new RangeError('no such patient')
  return session
}

/** Asks for everything of one of the two patients; an error is none that a source may cause. */
export async function ask(
  setting: Setting,
  patient = 0,
  sources?: readonly string[],
): Promise<Asked> {
  const session = sessionFor(setting, patient)
  const variables = { identifier: patientNumbers[patient], first: 1_000, order: 'NEWEST_FIRST' }
  const filter = sources && { sources }
  const query = operations.LIST.replace(
    '$order: Order)',
    '$order: Order, $filter: ObservationFilter)',
  ).replace('order: $order)', 'order: $order, filter: $filter)')
  const startedMs = performance.now()
  const url = `${setting.network.gateway}/graphql`
  const { status, body } = await askAs(session, url, { query, variables: { ...variables, filter } })
  const tookMs = performance.now() - startedMs
  if (status !== 200 || body.errors)
    throw new Error(JSON.stringify({ status, errors: body.errors }))
  return { status, tookMs, list: (body.data as { patient: { a: List } }).patient.a }
}

export function reportOf({ list }: Asked, number: string): Report | undefined {
  return list.sources.find(({ organization }) => organization.number === number)
}

/** `STATUS REASON` of a source. */
export function toldOf(asked: Asked, number: string): string {
  const { status, reason } = reportOf(asked, number) ?? { status: 'not there', reason: null }
  return reason === null ? status : `${status} ${reason}`
}

/**
 * Sees that the rows of all sources but some are there, byte for byte as they must be.
 * @param others what is not looked at: rows of sources that may or may not have answered
 */
export function expectRows(
  { sources }: Setting,
  { list }: Asked,
  { patient = 0, missing = [], others = [] }: RowsRight = {},
): void {
  const left = new Set([...missing, ...others])
  const right = sources
    .filter(({ number }) => !left.has(number))
    .flatMap(({ number }) => holdingOf(number)[patient] ?? [])
  const sorted = sortRows(right, 'NEWEST_FIRST')
  const rows = rowsIn(list).filter(({ id }) => !others.includes(id.slice(0, 9)))
  expect(rows.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id))
  expect(JSON.stringify(rows)).toBe(JSON.stringify(sorted.map(shown)))
}

interface RowsRight {
  readonly patient?: number
  /** Sources of which nothing may be shown. */
  readonly missing?: readonly string[]
  readonly others?: readonly string[]
}

/** All sources behave again, and are asked again: the circuits are closed. */
export async function heal(setting: Setting): Promise<void> {
  await Promise.all(setting.sources.map((source) => source.heal()))
  // Twice: a circuit may open on what was bad before the first good answer.
  for (let tries = 0, well = 0; well < 2; tries++) {
    if (tries === 100) throw new Error('the sources do not come back')
    well = (await ask(setting)).list.complete ? well + 1 : 0
    if (well === 0) await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Does something many times, some of them at once; answers all results. */
export async function repeat<Result>(
  times: number,
  atOnce: number,
  act: (at: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < times; at = next++) results[at] = await act(at)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}
