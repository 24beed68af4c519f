import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number }
}

/** A span as OTLP has it (opentelemetry-proto, `trace.proto`), as JSON. */
export interface ExportedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: readonly KeyValue[]
  readonly links?: readonly { readonly traceId: string }[]
}

export interface Exports {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[]
  }[]
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly ExportedMetric[] }[]
  }[]
}

interface Points {
  readonly dataPoints: readonly { readonly attributes: readonly KeyValue[] }[]
}

export interface ExportedMetric {
  readonly name: string
  readonly histogram?: Points
  readonly sum?: Points
  readonly gauge?: Points
}

/** Stands in for an OpenTelemetry collector: takes OTLP over HTTP, as JSON, and keeps it. */
export interface Collector {
  readonly url: string
  spans(): readonly (ExportedSpan & { readonly service: string })[]
  metrics(): readonly ExportedMetric[]
  /** Everything that was exported, without times and counts: every text in it, names included. */
  texts(): readonly string[]
  stop(): Promise<void>
}

export const attributeOf = (
  { attributes }: { readonly attributes: readonly KeyValue[] },
  name: string,
): string | number | undefined => {
  const value = attributes.find(({ key }) => key === name)?.value
  return value?.stringValue ?? value?.intValue
}

export async function startCollector(): Promise<Collector> {
  const taken: Exports[] = []
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      taken.push(body as Exports)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => spansIn(taken),
    metrics: () =>
      taken.flatMap(({ resourceMetrics = [] }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((one) => one.metrics)),
      ),
    texts: () => taken.flatMap(textsIn),
    stop: () => end(server),
  }
}

/** Every span, with the service that it is of. */
export const spansIn = (taken: readonly Exports[]): ReturnType<Collector['spans']> =>
  taken.flatMap(({ resourceSpans = [] }) =>
    resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = String(attributeOf(resource, 'service.name'))
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })))
    }),
  )

export const pointsOf = ({ histogram, sum, gauge }: ExportedMetric): Points['dataPoints'] =>
  (histogram ?? sum ?? gauge)?.dataPoints ?? []

/** Without times and counts. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key.endsWith('UnixNano') ? [key] : [key, ...textsIn(inner)],
  )
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
