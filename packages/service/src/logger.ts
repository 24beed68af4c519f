import { pino } from 'pino'
import { redactNumbers } from './redact.js'
import { traceFields } from './telemetry/current.js'

/** What services log with. Messages are fixed sentences; what varies goes into the fields. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Puts out one line. */
type Write = (line: string) => void

const toStandardError: Write = (line) => void process.stderr.write(line)

/**
 * JSON lines on standard error, each with the ids of the trace that it belongs to. As a last line of defence every line is cleared of
 * anything like an identity number.
 */
export function createLogger(
  service: string,
  level = 'info',
  out: Write = toStandardError,
): Logger {
  const write = (line: string): void => out(redactNumbers(line))
  return pino(
    { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, mixin: traceFields },
    { write },
  )
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} }
