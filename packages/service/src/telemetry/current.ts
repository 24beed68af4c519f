import { AsyncLocalStorage } from 'node:async_hooks'
import type { RemoteSpan } from './ids.js'

/** A span that is under way. */
export interface Current {
  /** Its ids, for the next service and for logs. */
  readonly ids: RemoteSpan
}

/**
 * What is under way where this is asked. One for the process: a service that runs beside others begins each request anew, from what
 * its caller sent. Never entered where telemetry is off.
 */
export const current = new AsyncLocalStorage<Current>()

/** What joins a line of the log to its trace. */
export function traceFields(): { readonly trace_id?: string; readonly span_id?: string } {
  const ids = current.getStore()?.ids
  return ids ? { trace_id: ids.traceId, span_id: ids.spanId } : {}
}
