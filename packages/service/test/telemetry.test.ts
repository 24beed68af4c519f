import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  type Attributes,
  freePort,
  noTelemetry,
  openTelemetry,
  readConfig,
  silentLogger,
  type Telemetry,
  telemetrySettings,
  traceSteps,
} from '../src/index.js'
import { allowed } from '../src/telemetry/attributes.js'
import { idGenerator, readTraceparent } from '../src/telemetry/ids.js'

const open: Telemetry[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function start(env: Readonly<Record<string, string>>): Promise<Telemetry> {
  const config = readConfig(telemetrySettings, env)
  const telemetry = await openTelemetry('gateway', config, silentLogger)
  open.push(telemetry)
  return telemetry
}

const NUMBER = '08825133489'

describe('attributes', () => {
  it.each<[string, object]>([
    ['one that is not on the list', { 'db.statement': 'select' }],
    ['one of every object', { toString: 'X' }],
    ['a text that has not the form', { 'kilde.status': 'Ola Nordmann' }],
    ['a person’s number as an organisation', { 'kilde.organization': NUMBER }],
    ['a person’s number as an operation', { 'kilde.operation': `_${NUMBER}` }],
    ['a person’s number in a route', { 'http.route': `/fhir/${NUMBER}` }],
    ['a text for a count', { 'kilde.rows': NUMBER }],
    ['an address', { 'http.route': 'http://10.0.0.1/?a=b' }],
  ])('%s is dropped', (_name, given) => {
    expect(allowed(given as Attributes)).toEqual({})
  })

  it('of the list, in their form, are told', () => {
    const given = { 'kilde.organization': '310000108', 'kilde.status': 'OK', 'kilde.rows': 5 }
    expect(allowed({ ...given, 'kilde.reason': undefined })).toEqual(given)
  })
})

describe('a trace of a caller', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  it('is taken where it is one', () => {
    expect(readTraceparent(`00-${trace}-00f067aa0ba902b7-01`)?.traceId).toBe(trace)
  })
  it.each([
    undefined,
    '',
    ['a', 'b'],
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-0000000000000000-01`,
    `00-${trace.slice(12)}a${NUMBER}-00f067aa0ba902b7-01`,
    `00-${trace}-a${NUMBER}abcd-01`,
    `01-${trace}-00f067aa0ba902b7-01`,
    `00-${trace}-00f067aa0ba902b7-01-x`,
  ])('is not taken: %s', (value) => {
    expect(readTraceparent(value)).toBeUndefined()
  })
  it('is never made with eleven digits in a row', () => {
    const made = Array.from({ length: 2_000 }, idGenerator.generateTraceId)
    expect(made.filter((id) => /(?<!\d)\d{11}(?!\d)/.test(id))).toEqual([])
  })
})

describe('telemetry', () => {
  it('is off without a collector: steps are called as they are', async () => {
    for (const env of [
      {},
      { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a' },
    ]) {
      expect(await start(env)).toBe(noTelemetry)
    }
    const steps = { respond: () => 1 }
    expect(traceSteps(noTelemetry, 'node', steps)).toBe(steps)
  })

  it('goes on where nobody listens, and ends in bounded time', async () => {
    const port = await freePort('127.0.0.1')
    const url = `http://127.0.0.1:${port}`
    const telemetry = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
    expect(telemetry.span('gateway.plan', () => 7)).toBe(7)
    expect(() =>
      telemetry.span('gateway.plan', () => {
        throw new TypeError('as it was thrown')
      }),
    ).toThrow('as it was thrown')
    await expect(telemetry.span('gateway.run', async () => 8)).resolves.toBe(8)
    await telemetry.close()
  })

  it('ends in bounded time where the collector never answers', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const telemetry = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
    telemetry.span('gateway.plan', () => 7)
    await telemetry.close()
    silent.close()
  })

  it('can be read by Prometheus, on a port of its own', async () => {
    const port = await freePort('127.0.0.1')
    const telemetry = await start({
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    })
    telemetry.span('gateway.plan', () => 7)
    telemetry.circuit('310000108', true)
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(text).toMatch(/^kilde_step_duration_count\{.*kilde_step="gateway.plan".*\} 1$/m)
    expect(text).toMatch(/^kilde_source_circuit\w*\{.*kilde_organization="310000108".*\} 1$/m)
    expect(text).toMatch(/^process_memory_usage\w*(\{.*\})? \d+/m)
    expect(text).toMatch(/^nodejs_eventloop_utilization\w*(\{.*\})? /m)
  })
})
