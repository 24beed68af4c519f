export {
  type ConfigOf,
  type ConfigSpec,
  ConfigurationError,
  checks,
  readConfig,
  type Setting,
  setting,
} from './config.js'
export {
  type ErrorEntry,
  type ErrorOptions,
  type ErrorTable,
  KildeError,
  ServiceError,
  serviceErrors,
} from './errors.js'
export { freePort } from './free-port.js'
export { OVERWRITE_FREED, overwritesFreed } from './freed-memory.js'
export { type HealthCode, healthCodes } from './health/codes.js'
export type { PartState } from './health/history.js'
export { operationOf } from './health/operation.js'
export type { HealthReport } from './health/page.js'
export { isBroken, type PartHealth } from './health/part.js'
export { operationSettings } from './health/settings.js'
export { type Watch, watchPart } from './health/watch.js'
export { clockFinding } from './health/watches.js'
export { createLogger, type Logger, silentLogger } from './logger.js'
export { redactNumbers } from './redact.js'
export { connectRedis, type SharedRedis } from './redis.js'
export { type Running, runService, startFault } from './run.js'
export { isSameText } from './same-text.js'
export {
  createServer,
  type Server,
  type ServerOptions,
} from './server.js'
export {
  type Attributes,
  attributes,
  metrics,
  type SpanName,
  spans,
} from './telemetry/allowed.js'
export { openTelemetry } from './telemetry/open.js'
export { type TelemetryConfig, telemetrySettings } from './telemetry/settings.js'
export { traceSteps } from './telemetry/steps.js'
export { noTelemetry, type Telemetry } from './telemetry/telemetry.js'
export { readTls, schemeOf, tlsFault, tlsOf, tlsProblems, tlsSettings } from './tls.js'
export { toKildeError } from './to-kilde-error.js'
