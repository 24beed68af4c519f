export { OrganizationError, organizationErrors } from './errors.js'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './sources/postgres/embedded.js'
