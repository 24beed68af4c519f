export { checkConsistency, checkReceipt } from './check-proof.js'
export { AuditError, auditErrors } from './errors.js'
export { type AuditEventEntry, auditEvents, auditFields } from './events.js'
export { fromAuditEvent } from './fhir/from-audit-event.js'
export { type RecordPlace, toAuditEvent } from './fhir/to-audit-event.js'
export type { Disk as AuditDisk } from './files/disk.js'
export { keysOfOwner, type OwnerKeys } from './keys.js'
export { type AuditCounts, type AuditLog, type AuditLogOptions, openAuditLog } from './log.js'
export { type AuditLookup, listAuditOwners, openAuditLookup } from './lookup.js'
export { type AuditPruneOptions, pruneAuditLog } from './prune.js'
export { publishAuditLogs } from './publish.js'
export type { PublishedLog } from './published.js'
export type { AuditQuery, FoundRecord } from './query.js'
export { type AuditReadOptions, auditReader, readAuditLog, verifyAuditLog } from './read.js'
export type { AuditReader } from './reader.js'
export type { AuditConsistency, AuditReceipt, SignedTreeHead } from './receipt.js'
export { type AuditOutcome, type AuditRecord, type AuditRequester, auditRecord } from './record.js'
export {
  createSecurityLog,
  type SecurityEvent,
  type SecurityLog,
  type SecurityLogOptions,
} from './security-log.js'
export { auditRetention } from './settings.js'
export type { AuditVerdict } from './verify.js'
