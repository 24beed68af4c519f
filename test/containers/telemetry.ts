// What a network of containers tells of itself: what its collector got, and the metrics of each service.
import assert from 'node:assert/strict'
import { type Exports, spansIn, textsIn } from '../kit/collector.js'
import { findNumbers } from '../kit/find-numbers.js'

/** Nodes that hold something of the patient who is asked about, and so read. */
const READ = ['municipality', 'hospital', 'gp']
export const SERVICES = [
  ...['identity', 'registry', 'privacy', 'gateway-1', 'gateway-2', ...READ],
  ...['neighbour', 'hosted', 'operator'],
]

export interface Telemetry {
  readonly traces: readonly Exports[]
  /** As Prometheus reads them, by service. */
  readonly metrics: Readonly<Record<string, string>>
}

/**
 * A trace that goes from a gateway through every node that holds something, without a gap. Who was killed while it was asked
 * has not sent its spans: there is one of a question at which nobody was.
 */
export function joinedTrace({ traces }: Telemetry): Readonly<Record<string, number>> {
  const all = spansIn(traces)
  const ids = [...new Set(all.map(({ traceId }) => traceId))]
  const joined = ids.map((id) => all.filter(({ traceId }) => traceId === id)).find(isJoined)
  assert.ok(joined, `no trace of ${ids.length} is joined over gateway and nodes`)
  const services = [...new Set(joined.map(serviceOf))]
  return Object.fromEntries(
    services.map((name) => [name, joined.filter(({ service }) => service === name).length]),
  )
}

function isJoined(spans: ReturnType<typeof spansIn>): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''))
  const readers = new Set(spans.filter(({ name }) => name === 'node.read').map(serviceOf))
  return (
    roots.length === 1 &&
    roots[0]?.service === 'kilde-gateway' &&
    roots[0].parentSpanId === undefined &&
    READ.every((name) => readers.has(`kilde-${name}`))
  )
}

/** Services whose metrics are not there. */
export const unreadIn = ({ metrics }: Telemetry): readonly string[] =>
  SERVICES.filter((name) => !/^http_server_request_duration_\w*count\{/m.test(metrics[name] ?? ''))

/** Where a person's number is. */
export const numbersIn = ({ traces, metrics }: Telemetry): readonly string[] =>
  findNumbers([
    ...traces.flatMap(textsIn).map((content, at) => ({ where: `trace, text ${at}`, content })),
    ...Object.entries(metrics).map(([where, content]) => ({ where, content })),
  ])

const serviceOf = ({ service }: { readonly service: string }): string => service
