import type { Sources } from '../question/fields/field.js'
import type { Source } from '../sources/source.js'
import type { AccessLogSource } from './access-log.js'

/** An organisation's own source with its access logs beside it. What the source is made of stays its own affair. */
export const withAccessLog = (source: Source, log: AccessLogSource): Sources => ({
  system: source.system,
  read: (question, signal) => source.read(question, signal),
  latest: (question, signal) => source.latest(question, signal),
  trend: (question, signal) => source.trend(question, signal),
  rows: (question, signal) => source.rows(question, signal),
  names: (question, signal) => source.names(question, signal),
  shown: (question, signal) => source.shown(question, signal),
  health: () => source.health(),
  close: () => source.close(),
  accesses: (question, sight, signal) => log.accesses(question, sight, signal),
})
