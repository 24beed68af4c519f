import { pino } from 'pino'
import { redactNumbers } from './redact.js'

/** What services log with. Messages are fixed sentences; what varies goes into the fields. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** JSON lines on standard error. As a last line of defence every line is cleared of anything like an identity number. */
export function createLogger(service: string, level: string = 'info'): Logger {
  const write = (line: string): void => void process.stderr.write(redactNumbers(line))
  return pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime }, { write })
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} }
