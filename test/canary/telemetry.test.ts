import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { attributes, createLogger, metrics, spans } from '@kilde/service'
import { attributeOf, type Collector, pointsOf, startCollector } from '../kit/collector.js'
import { findNumbers } from '../kit/find-numbers.js'
import { asManyAsCome } from '../kit/network.js'
import { signedPost } from '../kit/signed-post.js'
import { canaryChart, holders, MARK, patient, patientBundle, planBundle } from './canaries.js'
import { makeTraffic, type Traffic } from './traffic.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const listeners = ['identity', 'registry', 'privacy', 'gateway', ...holders] as const
const lines: string[] = []
let collector: Collector
let traffic: Traffic
let all: ReturnType<Collector['spans']>

type Span = (typeof all)[number]

const query = `query Mine($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations(first: 5) { nodes { id } complete } }
}`

/** Everything is asked before anything is looked at: what is left is sent when the services stop. */
beforeAll(async () => {
  collector = await startCollector()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const network = await startTestNetwork({
    organizations: holders,
    faults: holders,
    logger: createLogger('all', 'debug', (line) => void lines.push(line)),
    settings: {
      ...Object.fromEntries(listeners.map((name) => [name, env])),
      gateway: { ...env, ...asManyAsCome, KILDE_SOURCE_TIMEOUT_MS: '2000' },
    },
  })
  try {
    await network.load(canaryChart(30))
    for (const holder of holders) {
      await network.loaderTo(holder).load(patientBundle)
      await network.loaderTo(holder).load(planBundle)
    }
    await ask(network)
    traffic = await makeTraffic(network, 60)
  } finally {
    await network.stop()
  }
  all = collector.spans()
}, 300_000)
afterAll(() => collector.stop())

async function ask(network: TestNetwork): Promise<void> {
  const session = await network.signIn('hospital-doctor')
  const { text } = await signedPost({
    url: `${network.gateway}/graphql`,
    body: JSON.stringify({ query, variables: { identifier: patient.identifier } }),
    token: session.token.value,
    proof: session.proof,
    headers: {
      traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
      tracestate: `kilde=${MARK}`,
      baggage: `who=${MARK},number=${patient.identifier}`,
    },
  })
  expect(JSON.parse(text)).not.toHaveProperty('errors')
  await network.askPrivacy('patient', '{ settings { nodes { organization state } } }')
}

describe('the trace of one question', () => {
  let root: Span
  let mine: readonly Span[]
  beforeAll(() => {
    const found = all.find(({ links = [] }) => links[0]?.traceId === TRACE)
    if (!found) throw new Error('no request is linked to the client’s trace')
    root = found
    mine = all.filter(({ traceId }) => traceId === found.traceId)
  })
  const named = (name: string) => mine.filter((span) => span.name === name)
  const parentOf = ({ parentSpanId }: Span) => mine.find(({ spanId }) => spanId === parentSpanId)

  it('is the gateway’s own, linked to the client’s', () => {
    expect(root.name).toBe('http.request')
    expect(root.service).toBe('kilde-gateway')
    expect(root.traceId).not.toBe(TRACE)
    expect(root.parentSpanId).toBeUndefined()
  })

  it('goes from the gateway’s step through each organisation to its source', () => {
    const read = named('node.source')
    const way = read.map((span) => {
      const names: string[] = []
      for (let at = parentOf(span); at; at = parentOf(at)) names.push(`${at.service} ${at.name}`)
      return names
    })
    const expected = [
      'kilde-organization node.read',
      'kilde-organization http.request',
      'kilde-gateway gateway.source',
      'kilde-gateway gateway.fanOut',
      'kilde-gateway gateway.run',
      'kilde-gateway http.request',
    ]
    expect(way).toEqual(holders.map(() => expected))
    expect(named('gateway.source').map((span) => attributeOf(span, 'kilde.organization'))).toEqual(
      expect.arrayContaining(holders.map((holder) => organizations[holder].number)),
    )
  })

  it('has every step of the way, once', () => {
    const steps = (prefix: string) =>
      mine.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name)
    for (const name of ['authenticate', 'admit', 'plan', 'meet', 'bindAttest', 'run', 'locate']) {
      expect(named(`gateway.${name}`)).toHaveLength(1)
    }
    for (const name of ['afford', 'fanOut', 'askAgain', 'merge', 'audit', 'respond']) {
      expect(named(`gateway.${name}`)).toHaveLength(1)
    }
    expect(new Set(steps('node.'))).toEqual(
      new Set(
        [
          'verifyToken',
          'verifyContext',
          'understand',
          'identify',
          'bindAttest',
          'policy',
          'read',
          'source',
        ]
          .concat(['minimise', 'audit', 'respond'])
          .map((name) => `node.${name}`),
      ),
    )
  })
})

describe('what is exported', () => {
  it('comes of a whole scenario: answers, refusals, sources that fail', () => {
    expect(traffic.withData).toBeGreaterThan(10)
    expect(Object.keys(traffic.statuses)).toEqual(expect.arrayContaining(['200', '400']))
    const seen = new Set(all.map(({ name }) => name))
    for (const name of ['gateway.refuse', 'node.refuse', 'privacy.decide', 'privacy.gather']) {
      expect(seen).toContain(name)
    }
    expect(new Set(all.map(({ service }) => service))).toEqual(
      new Set(
        ['gateway', 'identity', 'organization', 'privacy', 'registry'].map((s) => `kilde-${s}`),
      ),
    )
  })

  it('holds no identity number and nothing of what was asked, answered or sent along', () => {
    const traces = [...collector.texts(), ...lines].map((content, at) => ({
      where: `text ${at}`,
      content,
    }))
    expect(traces.length).toBeGreaterThan(1_000)
    expect(findNumbers(traces)).toEqual([])
    const told = traces.filter(({ content }) =>
      [MARK, patient.identifier, patients.copd.identifier].some((word) => content.includes(word)),
    )
    expect(told).toEqual([])
  })

  it('are only spans, attributes and metrics of the lists', () => {
    const names = new Set(all.map(({ name }) => name))
    expect([...names].filter((name) => !(name in spans))).toEqual([])
    const points = collector.metrics().flatMap(pointsOf)
    const keys = [...all, ...points].flatMap((one) => one.attributes.map(({ key }) => key))
    expect([...new Set(keys)].filter((key) => !(key in attributes))).toEqual([])
    const measured = new Set(collector.metrics().map(({ name }) => name))
    expect([...measured].filter((name) => !(name in metrics))).toEqual([])
    for (const name of ['kilde.source.duration', 'kilde.source.rows', 'kilde.source.bytes']) {
      expect(measured).toContain(name)
    }
  })

  it('counts every operation that is not registered as one', () => {
    const points = collector
      .metrics()
      .filter(({ name }) => name === 'kilde.operation.duration')
      .flatMap(pointsOf)
    expect(new Set(points.map((point) => attributeOf(point, 'kilde.operation')))).toEqual(
      new Set(['other']),
    )
  })

  it('is joined by the log: what was logged of a request names its trace', () => {
    const known = new Set(all.map(({ traceId }) => traceId))
    const joined = lines
      .map((line) => JSON.parse(line) as { trace_id?: string; msg: string })
      .filter(({ msg }) => msg === 'a source did not answer')
    expect(joined.length).toBeGreaterThan(0)
    expect(joined.filter(({ trace_id }) => !trace_id || !known.has(trace_id))).toEqual([])
  })
})
