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
export { createLogger, type Logger, silentLogger } from './logger.js'
export { redactNumbers } from './redact.js'
export { connectRedis, type SharedRedis } from './redis.js'
export { type Running, runService, startFault } from './run.js'
export { isSameText } from './same-text.js'
export {
  createServer,
  type PartHealth,
  type Server,
  type ServerOptions,
  toKildeError,
} from './server.js'
export { schemeOf, tlsOf, tlsProblems, tlsSettings } from './tls.js'
