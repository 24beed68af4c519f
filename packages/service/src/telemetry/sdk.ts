import { randomUUID } from 'node:crypto'
import type { Tracer } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import type { Logger } from '../logger.js'
import { redactNumbers } from '../redact.js'
import { allowed } from './attributes.js'
import { metricReaders, type OnExport, samplerOf, spanProcessors } from './exporters.js'
import { idGenerator } from './ids.js'
import { createCircuitGauge, createMeasure } from './meters.js'
import { watchRuntime } from './runtime.js'
import type { TelemetryConfig } from './settings.js'
import { createSpans } from './spans.js'
import type { Telemetry } from './telemetry.js'

/** Whole time for sending what is left when a service stops (milliseconds). */
const FLUSH_MS = 3_000

/** Nothing is registered for the process: services that share one keep their telemetry apart. */
export function startTelemetry(
  service: string,
  config: TelemetryConfig,
  logger: Logger,
): Telemetry {
  const onExport = tellOnce(logger)
  const resource = resourceFromAttributes({
    'service.name': config.OTEL_SERVICE_NAME ?? `kilde-${service}`,
    'service.instance.id': newInstance(),
  })
  const tracing = new BasicTracerProvider({
    ...{ resource, idGenerator, sampler: samplerOf(config) },
    spanProcessors: spanProcessors(config, onExport),
  })
  const metering = new MeterProvider({ resource, readers: metricReaders(config, onExport) })
  const meter = metering.getMeter('kilde')
  const endRuntime = watchRuntime(meter)
  const callers = config.KILDE_TRACE_CALLERS ?? (service === 'gateway' ? 'link' : 'parent')
  const tracer: Tracer = tracing.getTracer('kilde')
  const circuit = createCircuitGauge(meter)
  return {
    isOn: true,
    ...createSpans({ tracer, measure: createMeasure(meter), callers }),
    circuit: (organization, open) => circuit(allowed({ 'kilde.organization': organization }), open),
    async close() {
      endRuntime()
      await within(FLUSH_MS, Promise.allSettled([tracing.shutdown(), metering.shutdown()]))
    },
  }
}

function newInstance(): string {
  const id = randomUUID()
  return redactNumbers(id) === id ? id : newInstance()
}

/** A collector that is away must not keep a service from stopping. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let late: NodeJS.Timeout | undefined
  const end = new Promise<void>((resolve) => {
    late = setTimeout(resolve, ms)
  })
  await Promise.race([work, end]).finally(() => clearTimeout(late))
}

function tellOnce(logger: Logger): OnExport {
  const failing = new Set<string>()
  return (what, done) => {
    if (done) {
      if (failing.delete(what)) logger.info({ what }, 'telemetry is taken again')
    } else if (!failing.has(what)) {
      failing.add(what)
      logger.warn({ what }, 'telemetry is not taken by the collector and is lost')
    }
  }
}
