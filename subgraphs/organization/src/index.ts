export { createOrganization } from './compose.js'
export {
  type OrganizationConfig,
  organizationSettings,
  readOrganizationConfig,
  type TenantConfig,
} from './config.js'
export { OrganizationError, organizationErrors, PolicyRefused } from './errors.js'
export type { OrganizationParts } from './parts.js'
export type { Change, Intake, NameChange, Taken } from './sources/intake.js'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './sources/postgres/embedded.js'
export type {
  Latest,
  LatestQuestion,
  NameQuestion,
  Names,
  Page,
  PageQuestion,
  PageStart,
  Source,
  SourceName,
  SourceRow,
  Trend,
  TrendQuestion,
  ValueRow,
} from './sources/source.js'
