import { z } from 'zod'
import { type ConfigOf, checks, setting } from '../config.js'

const header = z.string().regex(/^[^=,]+=[^,]*(,[^=,]+=[^,]*)*$/, 'must be name=value,name=value')
const name = z.string().regex(/^[\w.-]{1,64}$/, 'must be a name of at most 64 characters')
const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** OpenTelemetry's own variables, as far as they are heeded, and what of a caller's trace is taken. */
export const telemetrySettings = {
  OTEL_SDK_DISABLED: setting(
    z.enum(['true', 'false']).default('false'),
    '`true`: no telemetry, whatever else is set.',
  ),
  OTEL_SERVICE_NAME: setting(
    name.optional(),
    'What the service is called in telemetry. Default: `kilde-` and its name.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    checks.url().optional(),
    'Collector that traces and metrics are sent to (OTLP over HTTP). Without one, and without Prometheus, telemetry is off.',
    'http://collector:4318',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: setting(
    header.optional(),
    'Headers for the collector: name=value, separated by commas. Secret.',
  ),
  OTEL_EXPORTER_OTLP_TIMEOUT: setting(
    checks.milliseconds(10_000, 100, 60_000),
    'Whole time of one export (milliseconds).',
  ),
  OTEL_TRACES_EXPORTER: setting(
    z.enum(['otlp', 'none']).default('otlp'),
    'Whether traces are sent.',
  ),
  OTEL_METRICS_EXPORTER: setting(
    z.enum(['otlp', 'prometheus', 'none']).default('otlp'),
    'How metrics are told: sent, or read by Prometheus on a port of their own.',
  ),
  OTEL_METRIC_EXPORT_INTERVAL: setting(
    checks.milliseconds(60_000, 100, 3_600_000),
    'How often metrics are sent (milliseconds).',
  ),
  OTEL_BSP_SCHEDULE_DELAY: setting(
    checks.milliseconds(5_000, 10, 60_000),
    'How long spans wait for others before they are sent (milliseconds).',
  ),
  OTEL_EXPORTER_PROMETHEUS_HOST: setting(
    z.string().min(1).default('127.0.0.1'),
    'Address at which Prometheus reads `/metrics`.',
  ),
  OTEL_EXPORTER_PROMETHEUS_PORT: setting(
    z.coerce.number().int().min(1).max(65535).default(9464),
    'Port of that address: never the service’s own.',
  ),
  OTEL_TRACES_SAMPLER: setting(
    z.enum(samplers).default('parentbased_always_on'),
    'Which traces are kept.',
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(
    z.coerce.number().min(0).max(1).default(1),
    'Share of traces that a sampler by ratio keeps.',
  ),
  KILDE_TRACE_CALLERS: setting(
    z.enum(['parent', 'link', 'ignore']).optional(),
    'What is made of the `traceparent` that a caller sends: its trace goes on, it is linked to, or nothing. Baggage is never taken. Default: `link` at the gateway, whose callers are anybody; `parent` elsewhere.',
  ),
} as const

export type TelemetryConfig = ConfigOf<typeof telemetrySettings>

export function isTelemetryOn(config: TelemetryConfig): boolean {
  if (config.OTEL_SDK_DISABLED === 'true') return false
  return (
    sendsTraces(config) || sendsMetrics(config) || config.OTEL_METRICS_EXPORTER === 'prometheus'
  )
}

export const sendsTraces = (config: TelemetryConfig): boolean =>
  config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && config.OTEL_TRACES_EXPORTER === 'otlp'

export const sendsMetrics = (config: TelemetryConfig): boolean =>
  config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && config.OTEL_METRICS_EXPORTER === 'otlp'
