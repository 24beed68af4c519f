import type { Logger } from '@kilde/service'
import type { Trace } from './find-numbers.js'

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  /** Fields and message as JSON, as they were given: not cleared of anything. */
  readonly text: string
}

export interface LogRecording {
  readonly logger: Logger
  readonly lines: readonly LogLine[]
  traces(): readonly Trace[]
}

/** A logger that keeps what it is given, before anything is redacted: the last line of defence must not be needed. */
export function recordLog(): LogRecording {
  const lines: LogLine[] = []
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, text: JSON.stringify({ ...fields, message }, withErrors) })
  }
  return {
    logger: { info: write('info'), warn: write('warn'), error: write('error') },
    lines,
    traces: () =>
      lines.map(({ level, text }, at) => ({ where: `log line ${at} (${level})`, content: text })),
  }
}

function withErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { ...Object.fromEntries(Object.entries(value)), name, message, stack, cause }
}
