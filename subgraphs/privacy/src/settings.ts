import { auditRetention } from '@kilde/audit'
import { OrganizationNumber } from '@kilde/catalogue'
import { privacyAudience } from '@kilde/privacy'
import {
  type ConfigOf,
  checks,
  operationSettings,
  readConfig,
  setting,
  telemetrySettings,
  tlsProblems,
  tlsSettings,
} from '@kilde/service'
import { nonceSettings, privateJwk } from '@kilde/trust'
import { z } from 'zod'
import { PeopleList } from './people/people.js'

const secretKey = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })

/** Settings of the privacy service; docs/configuration.md is made of them. */
export const privacySettings = {
  KILDE_HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address to listen on.'),
  KILDE_PORT: setting(checks.port(4300), 'Port to listen on; 0 picks a free one.'),
  ...tlsSettings,
  ...operationSettings,
  ...telemetrySettings,
  KILDE_PUBLIC_URL: setting(
    checks.url().optional(),
    'Public base URL, which clients sign their proofs for. Default: the address listened on.',
    'https://privacy.example.no',
  ),
  KILDE_ISSUER: setting(
    checks.url(),
    'Issuer of access tokens (HelseID), exactly as in the tokens. Its keys are found by its metadata.',
  ),
  KILDE_AUDIENCE: setting(
    z.string().min(1).default(privacyAudience),
    'Audience of access tokens for this service.',
  ),
  KILDE_CLOCK_SKEW_SECONDS: setting(
    z.coerce.number().int().min(0).max(60).default(5),
    'How far the clocks of issuer and clients may be off (seconds, 0 to 60).',
  ),
  ...nonceSettings,
  DATABASE_URL: setting(
    z.url({ protocol: /^postgres(ql)?$/ }),
    'PostgreSQL 15 or later, a database for this service alone. One service per database. Secret.',
  ),
  KILDE_PRIVACY_STORE_KEY: setting(
    secretKey,
    'Key that seals statements in the database: 32 bytes, base64url. Secret.',
  ),
  KILDE_PRIVACY_NODE_KEY: setting(
    secretKey,
    'Key of which the key of each node is derived: 32 bytes, base64url. Secret.',
  ),
  KILDE_PRIVACY_KEY: setting(
    checks.json(privateJwk),
    'Private key that signs what nodes are sent: JWK, P-256, with `kid`. Nodes pin its public half. Secret.',
  ),
  KILDE_CLIENT_ID: setting(
    z.string().min(1),
    'The service as a client of the issuer, to follow the registry.',
    'kilde-privacy',
  ),
  KILDE_CLIENT_KEY: setting(
    checks.json(privateJwk),
    'Private key of that client: JWK, P-256. Secret.',
  ),
  KILDE_REGISTRY_URL: setting(
    checks.url(),
    'Base URL of the registry: who shares anything there may follow, by its own clients or those of its suppliers.',
  ),
  KILDE_REGISTRY_KEYS: setting(
    checks.json(jwks),
    'Public keys that sign the registry state: JWKS, pinned.',
  ),
  KILDE_PRIVACY_NODES: setting(
    checks.json(z.record(OrganizationNumber, z.array(z.string().min(1)).min(1))).optional(),
    'Narrows who may follow. JSON: for each organisation number the only client ids; others may not, whatever the registry says. Default: as the registry says.',
    '{"310000108": ["kilde-node-310000108"]}',
  ),
  KILDE_PRIVACY_PEOPLE: setting(
    checks.json(PeopleList),
    'Base data of persons (stand-in for Persontjenesten), JSON list: `identifier`, `birthDate`, `addressConfidential`, `representatives`. Secret.',
  ),
  KILDE_PRIVACY_PEOPLE_AS_OF: setting(
    z.iso
      .datetime({ offset: true })
      .transform((text) => Date.parse(text))
      .optional(),
    'When that list was taken from base data (RFC 3339). Once it is older than 24 hours every address counts as confidential. Default: it is of test persons and does not age; must be set in production.',
    '2026-03-01T04:00:00+01:00',
  ),
  KILDE_PRIVACY_ACK_WAIT_MS: setting(
    checks.milliseconds(5_000, 0, 60_000),
    'How long a change waits for the connected nodes (milliseconds, 0 to 60,000).',
  ),
  KILDE_PRIVACY_HEARTBEAT_MS: setting(
    checks.milliseconds(4_000, 50, 10_000),
    'How often nodes are told that their settings hold (milliseconds, 50 to 10,000); after 15 minutes without, they refuse.',
  ),
  KILDE_AUDIT_DIRECTORY: setting(
    z.string().min(1),
    'Folder of this service’s access log and security log.',
    '/var/lib/kilde/audit',
  ),
  KILDE_AUDIT_KEY: setting(secretKey, 'Key of the access log: 32 bytes, base64url. Secret.'),
  KILDE_AUDIT_KEYS_PREVIOUS: setting(
    checks.json(z.array(secretKey).max(20)).optional(),
    'Keys of the access log that were in use before: JSON list. What they sealed stays readable. Secret.',
  ),
  KILDE_AUDIT_RETENTION: setting(
    checks.json(auditRetention).optional(),
    'How long records are kept: JSON, `days`, at least 1,095 (EHDS, article 9). Default: for ever.',
    '{"days": 1825}',
  ),
  KILDE_LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level of log lines.',
  ),
  NODE_ENV: setting(z.string().default('development'), '`production` refuses unsafe settings.'),
} as const

export type PrivacyConfig = ConfigOf<typeof privacySettings>

/** @throws ServiceError `INVALID_CONFIGURATION` */
export function readPrivacyConfig(
  env: Readonly<Record<string, string | undefined>>,
): PrivacyConfig {
  return readConfig(privacySettings, env, contradictions)
}

function contradictions(config: PrivacyConfig): readonly string[] {
  const { KILDE_PRIVACY_STORE_KEY: store, KILDE_PRIVACY_NODE_KEY: node } = config
  const same = 'KILDE_PRIVACY_NODE_KEY: must be another key than KILDE_PRIVACY_STORE_KEY'
  const problems = [...tlsProblems(config), ...(Buffer.from(store).equals(node) ? [same] : [])]
  if (config.NODE_ENV !== 'production') return problems
  const isPublic = config.KILDE_PUBLIC_URL?.startsWith('https:')
  return [
    ...problems,
    ...(config.KILDE_ISSUER.startsWith('https:')
      ? []
      : ['KILDE_ISSUER: must be https in production']),
    ...(config.KILDE_PRIVACY_PEOPLE_AS_OF === undefined
      ? ['KILDE_PRIVACY_PEOPLE_AS_OF: must be set in production']
      : []),
    ...(isPublic ? [] : ['KILDE_PUBLIC_URL: must be set, and https, in production']),
  ]
}
