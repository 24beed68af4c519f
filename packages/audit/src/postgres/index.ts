export { openPostgresAuditLog, type PostgresAuditLogOptions, postgresAuditReader } from './open.js'
export { listPostgresAuditOwners } from './owners.js'
