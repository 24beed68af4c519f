import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import { sendsMetrics, sendsTraces, type TelemetryConfig } from './settings.js'

/** What of an export was not taken is told once, until one is. */
export type OnExport = (what: 'traces' | 'metrics', done: boolean) => void

interface Exporter<Item> {
  export(items: Item, callback: (result: { code: number }) => void): void
}

/** What all exports to the collector have in common. Settings and not the environment: one process may hold several services. */
function collector(config: TelemetryConfig, path: 'traces' | 'metrics') {
  const given = config.OTEL_EXPORTER_OTLP_HEADERS?.split(',') ?? []
  const headers = given.map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
  })
  return {
    url: `${config.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/${path}`,
    headers: Object.fromEntries(headers) as Record<string, string>,
    timeoutMillis: config.OTEL_EXPORTER_OTLP_TIMEOUT,
  }
}

function watched<Item, E extends Exporter<Item>>(exporter: E, onDone: (done: boolean) => void): E {
  const send = exporter.export.bind(exporter)
  exporter.export = (items, callback) =>
    send(items, (result) => {
      onDone(result.code === 0)
      callback(result)
    })
  return exporter
}

export function spanProcessors(config: TelemetryConfig, onExport: OnExport): SpanProcessor[] {
  if (!sendsTraces(config)) return []
  const exporter = new OTLPTraceExporter(collector(config, 'traces'))
  const scheduledDelayMillis = config.OTEL_BSP_SCHEDULE_DELAY
  const exportTimeoutMillis = config.OTEL_EXPORTER_OTLP_TIMEOUT
  return [
    new BatchSpanProcessor(
      watched(exporter, (done) => onExport('traces', done)),
      { scheduledDelayMillis, exportTimeoutMillis },
    ),
  ]
}

export function metricReaders(config: TelemetryConfig, onExport: OnExport): MetricReader[] {
  if (config.OTEL_METRICS_EXPORTER === 'prometheus') {
    const host = config.OTEL_EXPORTER_PROMETHEUS_HOST
    return [new PrometheusExporter({ host, port: config.OTEL_EXPORTER_PROMETHEUS_PORT })]
  }
  if (!sendsMetrics(config)) return []
  const exporter = new OTLPMetricExporter(collector(config, 'metrics'))
  const exportIntervalMillis = config.OTEL_METRIC_EXPORT_INTERVAL
  return [
    new PeriodicExportingMetricReader({
      exporter: watched(exporter, (done) => onExport('metrics', done)),
      exportIntervalMillis,
      exportTimeoutMillis: Math.min(config.OTEL_EXPORTER_OTLP_TIMEOUT, exportIntervalMillis),
    }),
  ]
}

export function samplerOf(config: TelemetryConfig): Sampler {
  const named = config.OTEL_TRACES_SAMPLER
  const root = rootSampler(named.replace('parentbased_', ''), config.OTEL_TRACES_SAMPLER_ARG)
  return named.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

function rootSampler(named: string, ratio: number): Sampler {
  if (named === 'always_off') return new AlwaysOffSampler()
  return named === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler()
}
