import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { generateRows } from '@kilde/demo'
import type { Session } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { openEvents, type SeenEvent, type SeenStream } from '../../kit/event-stream.js'
import { createGates } from '../../kit/gates.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { ownKeys } from '../audit/logs.js'
import { recordsOf } from './records.js'

const patient = patients.copd
const { identifier } = patient
const { municipality, hospital } = organizations
const numbers = [...patient.organizations].map((key) => organizations[key].number)

const QUERY = `query ($identifier: PatientIdentifier!, $completion: CompletionPolicy) {
  patient(identifier: $identifier, completion: $completion) {
    observations(first: 50) {
      nodes { id provenance { source { number } } }
      complete completeness { asked answered failed } pageInfo { hasNextPage }
      sources { organization { number } status returned }
    }
  }
}`

interface List {
  readonly nodes: readonly { readonly id: string }[]
  readonly complete: boolean
  readonly completeness: {
    readonly asked: number
    readonly answered: number
    readonly failed: number
  }
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
  }[]
}

const gates = createGates()
let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    node: { wrapSource: gates.wrapSource },
    settings: {
      ...ownKeys,
      gateway: { ...ownKeys['gateway'], KILDE_STREAMS_PER_REQUESTER: '2' },
    },
  })
  const until = new Date('2026-03-15T10:00:00+01:00')
  await network.load(
    generateRows({ patient, organizations: patient.organizations, rows: 24, until, seed: 'live' }),
  )
}, 120_000)
afterEach(() => gates.openAll())
afterAll(() => network.stop(), 60_000)

const open = async (variables: object = {}, query = QUERY): Promise<SeenStream> =>
  openEvents(await network.signIn('nurse'), {
    url: `${network.gateway}/graphql`,
    body: { query, variables: { identifier, ...variables } },
  })

const resultIn = (event: SeenEvent | undefined) =>
  JSON.parse(event?.data ?? '{}') as {
    readonly data?: { readonly patient: { readonly observations: List } }
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
    readonly extensions?: { readonly kilde: { readonly pending: readonly string[] } }
  }

function listIn(event: SeenEvent | undefined): List {
  const list = resultIn(event).data?.patient.observations
  if (!list) throw new Error(`no list in ${event?.data}`)
  return list
}

const statusesIn = (event: SeenEvent | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(listIn(event).sources.map((one) => [one.organization.number, one.status]))

describe('an answer that comes source by source', () => {
  it('begins with the fastest source, names those it waits for, and ends as the ordinary answer', async () => {
    const [first = '', second = '', ...slow] = numbers
    gates.close(second, ...slow)
    const stream = await open()
    expect(stream.status).toBe(200)
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const until = async (number: string): Promise<SeenEvent> => {
      for (let event = await stream.next(); event; event = await stream.next()) {
        if (statusesIn(event)[number] === 'OK') return event
      }
      throw new Error(`${number} never answered`)
    }
    const part = await until(first)
    expect(listIn(part)).toMatchObject({ complete: false, completeness: { failed: 0 } })
    expect(listIn(part).nodes).toHaveLength(24 / numbers.length)
    for (const number of [second, ...slow]) expect(statusesIn(part)[number]).toBe('PENDING')
    expect(resultIn(part).extensions?.kilde.pending).toEqual(expect.arrayContaining(slow))

    gates.open(second)
    const more = await until(second)
    expect(listIn(more).nodes).toHaveLength((2 * 24) / numbers.length)
    expect(listIn(more).complete).toBe(false)

    for (const number of slow) gates.open(number)
    const rest = await stream.rest()
    expect(rest.at(-1)).toEqual({ event: 'complete', id: undefined, data: '' })
    const whole = rest.at(-2)
    expect(listIn(whole).complete).toBe(true)
    const ordinary = await network.ask('nurse', QUERY, { identifier })
    expect(whole?.data).toBe(JSON.stringify({ data: ordinary.body.data }))
  })

  it('is on the record part by part, before it leaves', async () => {
    gates.close(hospital.number)
    const stream = await open()
    const requestId = stream.headers.get('x-request-id') ?? ''
    await stream.next()
    const [part] = await recordsOf(network, requestId)
    expect(part).toMatchObject({ event: 'PATIENT_DATA_READ', outcome: 'PARTIAL' })
    expect(part?.sources).toContainEqual({
      organization: hospital.number,
      status: 'PENDING',
      returned: 0,
    })
    gates.open(hospital.number)
    const rest = await stream.rest()
    const records = await recordsOf(network, requestId)
    expect(records.length).toBeGreaterThanOrEqual(2)
    expect(records.length).toBeLessThanOrEqual(1 + rest.length)
    expect(records.at(-1)).toMatchObject({ outcome: 'SUCCESS' })
  })

  it('lets the sources off when the client leaves, and tells of it on the record', async () => {
    gates.close(hospital.number, municipality.number)
    const stream = await open()
    const requestId = stream.headers.get('x-request-id') ?? ''
    await stream.next()
    await gates.waiting(hospital.number)
    const aborted = gates.aborted(hospital.number)
    stream.leave()
    await aborted
    gates.open(hospital.number)
    gates.open(municipality.number)
    const records = await recordsOf(network, requestId)
    expect(records.length).toBeGreaterThanOrEqual(1)
    // Its place is free again: two more are open at a time.
    const places = await Promise.all([open(), open()])
    expect(places.map(({ status }) => status)).toEqual([200, 200])
    await Promise.all(places.map((one) => one.rest()))
  })

  it('sends no part to who wants all or nothing', async () => {
    gates.close(hospital.number)
    const stream = await open({ completion: 'ALL_OR_ERROR' })
    await gates.waiting(hospital.number)
    gates.open(hospital.number)
    const events = await stream.rest()
    expect(events.map(({ event }) => event)).toEqual(['next', 'complete'])
    expect(listIn(events[0]).complete).toBe(true)
  })

  it('tells what is wrong with an operation as its result', async () => {
    const stream = await open({}, '{ patient(identifier: "x") { id } }')
    expect(stream.status).toBe(200)
    const events = await stream.rest()
    expect(events.map(({ event }) => event)).toEqual(['next', 'complete'])
    expect(resultIn(events[0]).errors?.[0]?.extensions.code).toBe('IDENTIFIER_IN_DOCUMENT')
  })

  it('refuses a token that is not in order, and a third stream of a requester, by status', async () => {
    const [nurse, foreign] = [await network.signIn('nurse'), await network.signIn('nurse')]
    const forged: Session = { ...nurse, proof: foreign.proof }
    const refused = await openEvents(forged, {
      url: `${network.gateway}/graphql`,
      body: { query: QUERY, variables: { identifier } },
    })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('DPoP')

    gates.close(hospital.number)
    const streams = [await open(), await open()]
    const third = await open()
    expect(third.status).toBe(429)
    expect(third.headers.get('retry-after')).toBe('5')
    expect(await third.text()).toContain('Too many streams of yours are open: at most 2 at a time.')
    gates.open(hospital.number)
    await Promise.all(streams.map((stream) => stream.rest()))
  })
})
