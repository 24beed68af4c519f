import { monitorEventLoopDelay } from 'node:perf_hooks'
import { growHeapFreely } from '@kilde/gateway/heap-growth'
import type { Handlers, Used } from '../protocol.js'
import { profiler } from './profiler.js'

/** How often the event loop is looked at (milliseconds): what it always takes to come round. */
const RESOLUTION_MS = 1

/** What every measured process answers to: `begin`, and `used` since then; the same for a profile. */
export function meter(): Handlers {
  // As the gateway does itself: in no variant should the engine's guesses decide.
  growHeapFreely()
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let before = process.cpuUsage()
  return {
    ...profiler(),
    begin: () => {
      delays.reset()
      before = process.cpuUsage()
    },
    used: (): Used => {
      const { user, system } = process.cpuUsage(before)
      return {
        cpuMs: (user + system) / 1_000,
        maxBlockMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS),
        rssMb: process.memoryUsage.rss() / 1e6,
      }
    },
  }
}
