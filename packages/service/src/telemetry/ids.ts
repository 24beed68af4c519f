import { randomBytes } from 'node:crypto'
import { redactNumbers } from '../redact.js'

/** Without eleven digits in a row, which one id in ten has: redaction would take it for a person's number. */
function newId(bytes: number): string {
  for (;;) {
    const id = randomBytes(bytes).toString('hex')
    if (redactNumbers(id) === id && !/^0+$/.test(id)) return id
  }
}

export const idGenerator = {
  generateTraceId: () => newId(16),
  generateSpanId: () => newId(8),
}

export interface RemoteSpan {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/**
 * W3C Trace Context §3.2. Ids that hold what may be a person's number are not taken: they would go into every log. `tracestate` and
 * baggage are never read.
 */
export function readTraceparent(value: unknown): RemoteSpan | undefined {
  if (typeof value !== 'string') return undefined
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(value) ?? []
  if (traceId === '' || redactNumbers(`${traceId} ${spanId}`).includes('[')) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}

export const writeTraceparent = ({ traceId, spanId, traceFlags }: RemoteSpan): string =>
  `00-${traceId}-${spanId}-0${traceFlags & 1}`
