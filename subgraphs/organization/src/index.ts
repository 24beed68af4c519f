export { createOrganization, type OrganizationParts } from './compose.js'
export {
  type OrganizationConfig,
  organizationSettings,
  readOrganizationConfig,
  type TenantConfig,
} from './config.js'
export { OrganizationError, organizationErrors, PolicyRefused } from './errors.js'
export type { Change, Intake, Taken } from './sources/intake.js'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './sources/postgres/embedded.js'
export type { Page, PageQuestion, PageStart, Source, SourceRow } from './sources/source.js'
