import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Meter, ObservableGauge } from '@opentelemetry/api'
import { type MetricName, metrics } from './allowed.js'

const described = (name: MetricName) => ({
  unit: metrics[name].unit,
  description: metrics[name].about,
})

/** What Node tells of its own process, asked when metrics are told. @returns how to end it */
export function watchRuntime(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const gauge = (name: MetricName): ObservableGauge =>
    meter.createObservableGauge(name, described(name))
  gauge('nodejs.eventloop.delay.p99').addCallback((result) => {
    // Not a number before the first measurement.
    if (delay.count > 0) result.observe(delay.percentile(99) / 1e9)
    delay.reset()
  })
  let before = performance.eventLoopUtilization()
  gauge('nodejs.eventloop.utilization').addCallback((result) => {
    const now = performance.eventLoopUtilization()
    result.observe(performance.eventLoopUtilization(now, before).utilization)
    before = now
  })
  gauge('process.memory.usage').addCallback((result) => result.observe(process.memoryUsage.rss()))
  gauge('v8js.memory.heap.used').addCallback((result) =>
    result.observe(process.memoryUsage().heapUsed),
  )
  meter
    .createObservableCounter('process.cpu.time', described('process.cpu.time'))
    .addCallback((result) => {
      const { user, system } = process.cpuUsage()
      result.observe((user + system) / 1e6)
    })
  return () => delay.disable()
}
