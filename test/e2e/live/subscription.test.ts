import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoAlerts, demoPlans, generateRows } from '@kilde/demo'
import type { Session } from '@kilde/demo/test-network'
import { type OrganizationKey, organizations, patients } from '@kilde/people'
import { openEvents, type SeenEvent, type SeenStream } from '../../kit/event-stream.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { ownKeys, recordsIn } from '../audit/logs.js'
import { change, liftAll } from '../privacy/settings.js'
import { recordsOf } from './records.js'

const patient = patients.copd
const { identifier } = patient
const { municipality, hospital } = organizations

const WATCH = `subscription ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 10) {
      nodes { id valueText provenance { source { number } } }
      complete sources { organization { number } status reason withheld }
    }
  }
}`

interface List {
  readonly nodes: readonly { readonly id: string }[]
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
  }[]
}

let network: WatchedNetwork
let loads = 0
beforeAll(async () => {
  network = await startNetwork({ settings: ownKeys, faults: ['municipality'] })
  await load('municipality', 2)
}, 120_000)
afterAll(() => network.stop(), 60_000)
afterEach(() => liftAll(network, 'patient'))

/** New rows at one organisation: measured at some time, taken in now. */
const load = (organization: OrganizationKey, rows: number): Promise<void> => {
  loads += 1
  const until = new Date('2026-03-15T10:00:00+01:00')
  return network.load(
    generateRows({ patient, organizations: [organization], rows, until, seed: `live-${loads}` }),
  )
}

const address = () => `${network.gateway}/graphql`
const watch = async (session?: Session, headers = {}, query = WATCH): Promise<SeenStream> =>
  openEvents(session ?? (await network.signIn('nurse')), {
    ...{ url: address(), headers },
    body: { query, variables: { identifier } },
  })

const resultIn = (event: SeenEvent | undefined) =>
  JSON.parse(event?.data ?? '{}') as {
    readonly data?: { readonly patient: { readonly observations: List } } | null
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
    readonly extensions?: { readonly kilde: { readonly stream?: string; readonly endsAt?: string } }
  }

function listIn(event: SeenEvent | undefined): List {
  const list = resultIn(event).data?.patient.observations
  if (!list) throw new Error(`no list in ${event?.event} ${event?.data}`)
  return list
}

const statusIn = (event: SeenEvent | undefined, number: string): string =>
  listIn(event).sources.find(({ organization }) => organization.number === number)?.status ?? ''

/** The next event that fits. */
async function until(stream: SeenStream, fits: (event: SeenEvent) => boolean): Promise<SeenEvent> {
  for (let event = await stream.next(); event; event = await stream.next()) {
    if (event.event === 'next' && fits(event)) return event
  }
  throw new Error('the stream ended')
}

const isConnected = (event: SeenEvent): boolean =>
  listIn(event).sources.every(({ status }) => status !== 'PENDING')
const hasRows = (event: SeenEvent): boolean => listIn(event).nodes.length > 0

describe('a subscription', () => {
  it('says where each organisation stands, and then tells what each takes in, and nothing from before', async () => {
    const stream = await watch()
    expect(stream.status).toBe(200)
    const first = await stream.next()
    expect(resultIn(first).extensions?.kilde.stream).toMatch(/^[\w-]{32}$/)
    const standing = first && isConnected(first) ? first : await until(stream, isConnected)
    expect(statusIn(standing, municipality.number)).toBe('EMPTY')
    expect(listIn(standing).nodes).toEqual([])

    await load('municipality', 3)
    const told = await until(stream, hasRows)
    expect(listIn(told).nodes).toHaveLength(3)
    expect(statusIn(told, municipality.number)).toBe('OK')
    expect(statusIn(told, hospital.number)).toBe('EMPTY')
    await load('hospital', 2)
    expect(listIn(await until(stream, hasRows)).nodes).toHaveLength(2)
    stream.leave()
  })

  it('tells more rows than an event holds in several', async () => {
    const stream = await watch()
    await until(stream, isConnected)
    await load('municipality', 25)
    const ids = new Set<string>()
    while (ids.size < 25) {
      const { nodes } = listIn(await until(stream, hasRows))
      expect(nodes.length).toBeLessThanOrEqual(10)
      for (const { id } of nodes) ids.add(id)
    }
    stream.leave()
  })

  it('goes on from the last event that the client had', async () => {
    const before = await watch()
    await until(before, isConnected)
    await load('municipality', 1)
    const last = await until(before, hasRows)
    before.leave()
    await load('municipality', 2)
    const stream = await watch(undefined, { 'last-event-id': last.id ?? '' })
    const ids = new Set<string>()
    for (;;) {
      for (const { id } of listIn(await until(stream, hasRows)).nodes) ids.add(id)
      // What was told just before may be told again.
      if (ids.size >= 3) break
    }
    stream.leave()
    const forged = await watch(undefined, { 'last-event-id': `${last.id}x` })
    expect(resultIn((await forged.rest())[0]).errors?.[0]?.extensions.code).toBe('CURSOR_INVALID')
    const other = await network.signIn('gp')
    const stolen = await watch(other, { 'last-event-id': last.id ?? '' })
    expect(resultIn((await stolen.rest())[0]).errors?.[0]?.extensions.code).toBe('CURSOR_INVALID')
  })

  it('ends for an organisation as soon as the patient objects, and goes on for the others', async () => {
    const stream = await watch(await network.signIn('hospital-doctor'))
    await until(stream, isConnected)
    await change(network, 'patient', 'block', { data: { organization: municipality.number } })
    await load('municipality', 2)
    await load('hospital', 1)
    const told = await until(stream, hasRows)
    const { nodes } = listIn(told)
    expect(nodes.map(({ id }) => id.slice(0, 9))).toEqual([hospital.number])
    stream.leave()
  })

  it('tells when an organisation goes and comes back, and then what it took in meanwhile', async () => {
    const stream = await watch()
    await until(stream, isConnected)
    const proxy = network.faults.municipality
    proxy?.behave('cut')
    proxy?.drop()
    const isAt = (status: string) => (event: SeenEvent) =>
      statusIn(event, municipality.number) === status
    const gone = await until(stream, isAt('UNREACHABLE'))
    expect(listIn(gone).complete).toBe(false)
    proxy?.behave('pass')
    await load('municipality', 2)
    const ids = new Set<string>()
    while (ids.size < 2)
      for (const { id } of listIn(await until(stream, hasRows)).nodes) ids.add(id)
    stream.leave()
  })

  it('is on the record at both ends: its beginning, each event with rows, its end', async () => {
    const stream = await watch()
    const requestId = stream.headers.get('x-request-id') ?? ''
    await until(stream, isConnected)
    await load('municipality', 2)
    const { nodes } = listIn(await until(stream, hasRows))
    const before = await recordsOf(network, requestId)
    expect(before[0]).toMatchObject({ code: 'STREAM_STARTED', outcome: 'PARTIAL' })
    const told = before.at(-1)?.sources?.find((one) => one.organization === municipality.number)
    expect(told).toMatchObject({ status: 'OK', returned: 2 })
    const own = (await recordsIn(network, { node: 'municipality' })).filter(
      (record) => 'trace' in record && record.trace === before[0]?.trace,
    )
    expect(own[0]).toMatchObject({ code: 'STREAM_STARTED', items: [] })
    expect(own.at(-1)).toMatchObject({ items: nodes.map(({ id }) => id) })
    stream.leave()
    const ended = async (): Promise<unknown> => {
      const records = await recordsOf(network, requestId)
      return records.at(-1)?.code === 'STREAM_ENDED' ? records.at(-1) : ended()
    }
    expect(await ended()).toMatchObject({ event: 'PATIENT_DATA_READ', code: 'STREAM_ENDED' })
  })

  it('is renewed by a new token of its requester for the same key, and by nobody else', async () => {
    const nurse = await network.signIn('nurse')
    const stream = await watch(nurse)
    const { stream: id, endsAt } = resultIn(await stream.next()).extensions?.kilde ?? {}
    const renew = async (session: Session, renews = id) => {
      const body = { query: WATCH, variables: { identifier }, extensions: { kilde: { renews } } }
      const headers = { accept: 'application/json' }
      const answer = await openEvents(session, { url: address(), body, headers })
      return { status: answer.status, text: await answer.text() }
    }
    const again = await renew(await network.signIn('nurse', nurse.proof))
    expect(again.status).toBe(200)
    const renewed = (JSON.parse(again.text) as ReturnType<typeof resultIn>).extensions?.kilde.endsAt
    expect(Date.parse(renewed ?? '')).toBeGreaterThanOrEqual(Date.parse(endsAt ?? ''))
    for (const [session, name] of [
      [await network.signIn('nurse'), id],
      [await network.signIn('gp'), id],
      [await network.signIn('nurse', nurse.proof), 'none'],
    ] as const) {
      const refused = await renew(session, name)
      expect(refused.status).toBe(404)
      expect(refused.text).toContain('STREAM_UNKNOWN')
    }
    stream.leave()
  })

  it('follows alerts beside measurements, also when what became of one changes', async () => {
    const query = `subscription ($identifier: PatientIdentifier!) {
      patient(identifier: $identifier) {
        observations(first: 10) { complete sources { status } }
        alerts(first: 10) { nodes { id state kind } complete sources { status } }
      } }`
    const stream = await watch(undefined, {}, query)
    const alertsIn = (event: SeenEvent) =>
      (
        JSON.parse(event.data) as {
          data: { patient: { alerts: { nodes: { id: string }[]; sources: { status: string }[] } } }
        }
      ).data.patient.alerts
    await until(stream, (event) => alertsIn(event).sources.every((one) => one.status !== 'PENDING'))
    const day = new Date('2026-03-15T10:00:00+01:00')
    for (const { organization, bundle } of [...demoPlans(day), ...demoAlerts(day)])
      if (organization === 'municipality') await network.loaderTo(organization).load(bundle)
    const told = await until(stream, (event) => alertsIn(event).nodes.length > 0)
    expect(alertsIn(told).nodes[0]?.id).toMatch(/^310000/)
    stream.leave()
  })

  it('is refused for what is no list of rows, and where it is asked as a query', async () => {
    const latest = `subscription ($identifier: PatientIdentifier!) {
      patient(identifier: $identifier) { latestObservations(codes: ["http://loinc.org|8310-5"]) { complete } } }`
    const [refused] = await (await watch(undefined, {}, latest)).rest()
    expect(resultIn(refused).errors?.[0]?.extensions.code).toBe('STREAM_OF_LISTS_ONLY')
    const [unknown] = await (
      await watch(undefined, {}, WATCH.replace('valueText', 'nothing'))
    ).rest()
    expect(resultIn(unknown).errors?.[0]?.extensions.code).toBe('REQUEST_MALFORMED')
    const { status, body } = await network.ask('nurse', WATCH, { identifier })
    expect([status, body.errors?.[0]?.message]).toEqual([400, 'Only queries are answered.'])
  })

  it('ends with a reason when the gateway stops, once for all', async () => {
    const stream = await watch()
    await until(stream, isConnected)
    await network.services.gateway?.stop()
    const rest = await stream.rest()
    expect(resultIn(rest.at(-2)).errors?.[0]?.extensions.code).toBe('STREAM_STOPPING')
    expect(rest.at(-1)?.event).toBe('complete')
  })
})
