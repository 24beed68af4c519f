export { openPostgresAuditLog, type PostgresAuditLogOptions, postgresAuditReader } from './open.js'
