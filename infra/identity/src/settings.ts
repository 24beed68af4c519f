import {
  type ConfigOf,
  checks,
  operationSettings,
  setting,
  telemetrySettings,
  tlsSettings,
} from '@kilde/service'
import { privateJwk } from '@kilde/trust'
import { z } from 'zod'
import { clientList } from './clients.js'
import { personNumbers } from './person-numbers.js'

/** Settings of the HelseID stand-in; docs/configuration.md is made of them. */
export const identitySettings = {
  KILDE_HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address to listen on.'),
  KILDE_PORT: setting(checks.port(4100), 'Port to listen on; 0 picks a free one.'),
  ...tlsSettings,
  ...operationSettings,
  ...telemetrySettings,
  KILDE_PUBLIC_URL: setting(
    checks.url().optional(),
    'Issuer: the base URL that clients and tokens name. Default: the address listened on.',
  ),
  KILDE_CLIENTS: setting(
    checks.json(clientList),
    'Registered clients: JSON list of {clientId, kind, name, publicJwk, organization?, redirectUris?}.',
    '[{"clientId":"kilde-gateway","kind":"gateway","name":"Kilde gateway","publicJwk":{…}}]',
  ),
  KILDE_CLIENTS_DIRECTORY: setting(
    z.string().min(1).optional(),
    'Folder of clients that are registered while it runs: of each a file `<clientId>.json`, read when the client first comes. Default: none.',
  ),
  KILDE_TOKEN_SECONDS: setting(
    z.coerce.number().int().min(1).max(3_600).default(600),
    'Life of access tokens (seconds, 1 to 3,600). HelseID gives 60.',
  ),
  KILDE_PERSONS: setting(
    checks.json(personNumbers).default([]),
    'Persons whose number has changed, for the stand-in for base data: JSON list, of each the present number and those before, as `system|value`. Default: nobody.',
  ),
  KILDE_SIGNING_KEY: setting(
    checks.json(privateJwk).optional(),
    'The key that signs tokens at first: JWK, P-256. For `kilde conformance`, which tries wrong tokens at nodes. Default: a new one. Secret.',
  ),
  KILDE_KEY_OVERLAP_SECONDS: setting(
    z.coerce.number().int().min(0).max(86_400).default(3_600),
    'How long a replaced signing key stays published (seconds); longer than tokens live.',
  ),
  KILDE_LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level of log lines.',
  ),
  NODE_ENV: setting(z.string().default('development'), '`production` is refused: use HelseID.'),
} as const

export type IdentityConfig = ConfigOf<typeof identitySettings>
