import { auditRetention } from '@kilde/audit'
import {
  type ConfigOf,
  checks,
  operationSettings,
  setting,
  telemetrySettings,
  tlsProblems,
  tlsSettings,
} from '@kilde/service'
import { privateJwk, proofProblems, proofSettings } from '@kilde/trust'
import { z } from 'zod'
import { forwardableHeaders, graphProblems, supergraphFile } from './graph-settings.js'
import { limitSettings } from './limit-settings.js'
import { streamSettings } from './live/settings.js'
import { locateProblems, locateSettings } from './locate/settings.js'
import { memorySettings } from './memory/settings.js'
import { loadSettings, rateSettings } from './rates/settings.js'
import { sourceProblems, sourceSettings } from './source-settings.js'

const secretKey = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })
const graphiqlOffers = z.object({
  examples: z.array(
    z.object({
      title: z.string(),
      query: z.string(),
      variables: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  attests: z
    .array(
      z.object({
        title: z.string(),
        authorizationDetails: z.array(z.looseObject({ type: z.string() })),
      }),
    )
    .default([]),
})
/** An origin as browsers send it: scheme, host and port, nothing else. Never `*`: that would be everybody's page. */
const origins = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().refine(isOrigin, 'must be origins, e.g. https://ehr.example')))
const onOff = (fallback: 'on' | 'off') => z.enum(['on', 'off']).default(fallback)

/** Settings of the gateway; docs/configuration.md is made of them. */
export const gatewaySettings = {
  KILDE_HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address to listen on.'),
  KILDE_PORT: setting(checks.port(4000), 'Port to listen on; 0 picks a free one.'),
  ...tlsSettings,
  ...operationSettings,
  ...telemetrySettings,
  KILDE_PUBLIC_URL: setting(
    checks.url().optional(),
    'Public base URL, which clients sign their proofs for. Default: the address listened on.',
  ),
  KILDE_ALLOWED_ORIGINS: setting(
    origins.optional(),
    'Origins whose pages may ask from a browser (CORS), separated by commas. Default: none but the gateway itself.',
  ),
  KILDE_ISSUER: setting(
    checks.url(),
    'Issuer of access tokens (HelseID), exactly as in the tokens.',
  ),
  KILDE_AUDIENCE: setting(
    z.string().min(1).default('kilde:gateway'),
    'Audience of access tokens for this gateway.',
  ),
  KILDE_CLIENT_ID: setting(
    z.string().min(1).default('kilde-gateway'),
    'The gateway as a client of the issuer.',
  ),
  KILDE_CLIENT_KEY: setting(
    checks.json(privateJwk),
    'Private key of that client: JWK, P-256. Secret.',
  ),
  KILDE_REGISTRY_URL: setting(checks.url(), 'Base URL of the registry.'),
  KILDE_REGISTRY_KEYS: setting(
    checks.json(jwks),
    'Public keys that sign the registry state: JWKS, pinned.',
  ),
  KILDE_CURSOR_KEY: setting(
    secretKey,
    'Key of cursors and patient handles, shared by replicas: 32 bytes, base64url. Secret.',
  ),
  KILDE_CURSOR_KEY_PREVIOUS: setting(
    secretKey.optional(),
    'The key before, while its cursors are still about. Secret.',
  ),
  KILDE_AUDIT_DIRECTORY: setting(z.string().min(1), 'Folder of the access logs.'),
  KILDE_AUDIT_KEY: setting(
    secretKey,
    'Master key of the access logs: 32 bytes, base64url. Secret.',
  ),
  KILDE_AUDIT_KEYS_PREVIOUS: setting(
    checks.json(z.array(secretKey).max(20)).optional(),
    'Master keys that were in use before: JSON list. What they sealed stays readable. Secret.',
  ),
  KILDE_AUDIT_ORGANIZATION_KEYS: setting(
    checks.json(z.record(z.string().regex(/^\d{9}$/), secretKey)).optional(),
    'Keys that organisations have given for their own access logs, by organisation number: JSON. Others’ are derived from KILDE_AUDIT_KEY. Secret.',
  ),
  KILDE_AUDIT_RETENTION: setting(
    checks.json(auditRetention).optional(),
    'How long records are kept: JSON, `days` and, where a class of data has another time, `classes`; at least 1,095 days (EHDS, article 9). Default: for ever.',
    '{"days": 1825}',
  ),
  ...sourceSettings,
  ...locateSettings,
  ...memorySettings,
  ...limitSettings,
  ...rateSettings,
  ...loadSettings,
  ...streamSettings,
  ...proofSettings,
  KILDE_GRAPHIQL: setting(
    onOff('on'),
    'GraphiQL at /graphiql. In production it must be switched on by hand: see KILDE_GRAPHIQL_IN_PRODUCTION.',
  ),
  KILDE_GRAPHIQL_IN_PRODUCTION: setting(
    onOff('off'),
    'Confirms that GraphiQL is wanted with NODE_ENV=production.',
  ),
  KILDE_GRAPHIQL_CLIENT_ID: setting(
    z.string().min(1).default('kilde-graphiql'),
    'GraphiQL as a client of the issuer.',
  ),
  KILDE_GRAPHIQL_CLIENT_KEY: setting(
    checks.json(privateJwk).optional(),
    'Private key of that client: JWK, P-256. Secret. Without it GraphiQL is off.',
  ),
  KILDE_GRAPHIQL_EXAMPLES: setting(
    checks.json(graphiqlOffers).optional(),
    'Example queries and attests that GraphiQL offers (JSON).',
  ),
  KILDE_SUPERGRAPH: setting(
    supergraphFile.optional(),
    'File of the supergraph (SDL). Default: that of the contract. One without `sharing` makes an ordinary graph: docs/federation.md.',
  ),
  KILDE_AUTHENTICATION: setting(
    onOff('on'),
    '`off` lets everybody ask: for an ordinary graph outside production only.',
  ),
  KILDE_SUBGRAPH_TIMEOUT_MS: setting(
    checks.milliseconds(3_000, 100, 30_000),
    'Whole time for one fetch of a subgraph beside `sharing` (milliseconds, 100 to 30,000).',
  ),
  KILDE_SUBGRAPH_MAX_BYTES: setting(
    checks.bytes(8_388_608, 65_536, 268_435_456),
    'Largest answer of such a subgraph (bytes).',
  ),
  KILDE_SUBGRAPH_HEADERS: setting(
    checks.json(forwardableHeaders).default({}),
    'Headers of the client that such a subgraph gets: JSON, a list of names for each subgraph. Default: none.',
  ),
  KILDE_LOG_LEVEL: setting(
    z.enum(['info', 'warn', 'error', 'silent']).default('info'),
    'Least level that is logged.',
  ),
  NODE_ENV: setting(z.string().default('development'), '`production` refuses unsafe settings.'),
} as const

export type GatewayConfig = ConfigOf<typeof gatewaySettings>

/** Settings that do not go together, or that production does not allow. */
export function contradictions(config: GatewayConfig): readonly string[] {
  const problems: string[] = []
  const production = config.NODE_ENV === 'production'
  if (
    production &&
    config.KILDE_GRAPHIQL === 'on' &&
    config.KILDE_GRAPHIQL_IN_PRODUCTION === 'off' &&
    config.KILDE_GRAPHIQL_CLIENT_KEY
  ) {
    problems.push('KILDE_GRAPHIQL: is on in production without KILDE_GRAPHIQL_IN_PRODUCTION=on')
  }
  for (const name of ['KILDE_ISSUER', 'KILDE_REGISTRY_URL'] as const) {
    if (production && config[name].startsWith('http:'))
      problems.push(`${name}: must be https in production`)
  }
  if (production && !config.KILDE_PUBLIC_URL?.startsWith('https:')) {
    problems.push('KILDE_PUBLIC_URL: must be set, and https, in production')
  }
  if (config.KILDE_AUTHENTICATION === 'off') {
    problems.push('KILDE_AUTHENTICATION: cannot be off where `sharing` is: it gives patients away')
  }
  return [
    ...problems,
    ...tlsProblems(config),
    ...proofProblems(config),
    ...sourceProblems(config),
    ...locateProblems(config),
    ...graphProblems(config, production),
  ]
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
