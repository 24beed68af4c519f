import type { AuditDisk, AuditLog } from '@kilde/audit'
import type { Follower } from '@kilde/catalogue'
import type { Logger } from '@kilde/service'
import type { JwksSource } from '@kilde/trust'
import type { ShapeCheck } from './ingest/fhir-schema.js'
import type { PrivacyPort } from './policy/privacy-port.js'
import type { Intake } from './sources/intake.js'
import type { Source } from './sources/source.js'

/** What a node takes from its surroundings; tests put faults in through these. */
export interface OrganizationParts {
  readonly logger: Logger
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** The registry's state. Default: a follower of KILDE_REGISTRY_URL. */
  readonly follower?: Follower
  /** Keys of the issuer. Default: those that its metadata name. */
  readonly keys?: JwksSource
  /** The patients' settings, as an organisation knows them. Default: those of KILDE_PRIVACY_URL. */
  readonly privacy?: (organization: string) => PrivacyPort
  /** Stands between the node and an organisation's source. */
  readonly wrapSource?: (source: Source & Intake, organization: string) => Source & Intake
  /** Stands between the node and an organisation's access log. */
  readonly wrapLog?: (log: AuditLog, organization: string) => AuditLog
  /** FHIR's own schema, compiled (0.3 s): nodes of one process may share it. Default: one of its own. */
  readonly checkShape?: ShapeCheck
  /** What access logs in files are written with. Default: the machine's disk. */
  readonly auditDisk?: AuditDisk
}

/** Takes what ends a part that was started. */
export type OnStop = (end: () => Promise<unknown>) => void
