import type { Meter } from '@opentelemetry/api'
import { type MetricName, metricEntries, metrics, type SpanName } from './allowed.js'
import { pick, type Told } from './attributes.js'

/** Records one span that has ended. */
export type Measure = (name: SpanName, seconds: number, told: Told) => void

/** Bounds of durations (seconds): a step takes microseconds, a request seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Every metric that is made of spans: exactly those of the list. */
export function createMeasure(meter: Meter): Measure {
  const made = metricEntries.flatMap(([name, entry]) => {
    const { of: isOf, value, labels } = entry
    if (!isOf || !value) return []
    return [{ record: recorderOf(meter, name), isOf, value, labels }]
  })
  return (span, seconds, told) => {
    const all: Told = { ...told, 'kilde.step': span }
    for (const { record, isOf, value, labels } of made) {
      if (!isOf(span)) continue
      const measured = value === 'seconds' ? seconds : all[value]
      if (typeof measured === 'number') record(measured, pick(all, labels))
    }
  }
}

function recorderOf(meter: Meter, name: MetricName): (value: number, labels: Told) => void {
  const { kind, unit, about: description } = metrics[name]
  if (kind === 'counter') {
    const counter = meter.createCounter(name, { unit, description })
    return (value, labels) => counter.add(value, labels)
  }
  const advice = { explicitBucketBoundaries: SECONDS }
  const histogram = meter.createHistogram(name, { unit, description, advice })
  return (value, labels) => histogram.record(value, labels)
}

export function createCircuitGauge(meter: Meter): (labels: Told, open: boolean) => void {
  const { unit, about: description } = metrics['kilde.source.circuit']
  const gauge = meter.createGauge('kilde.source.circuit', { unit, description })
  return (labels, open) => gauge.record(open ? 1 : 0, labels)
}
