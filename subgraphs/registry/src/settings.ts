import { registryAudience } from '@kilde/catalogue'
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
import { locateProblems, locateSettings } from './locate/settings.js'

/** Settings of the registry; docs/configuration.md is made of them. */
export const registrySettings = {
  KILDE_HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address to listen on.'),
  KILDE_PORT: setting(checks.port(4200), 'Port to listen on; 0 picks a free one.'),
  ...tlsSettings,
  ...operationSettings,
  ...telemetrySettings,
  KILDE_PUBLIC_URL: setting(
    checks.url().optional(),
    'Public base URL, which clients sign their proofs for. Default: the address listened on.',
    'https://registry.example.no',
  ),
  KILDE_ISSUER: setting(
    checks.url(),
    'Issuer of access tokens (HelseID), exactly as in the tokens. Its keys are found by its metadata.',
  ),
  KILDE_AUDIENCE: setting(
    z.string().min(1).default(registryAudience),
    'Audience of access tokens for this registry.',
  ),
  KILDE_CLOCK_SKEW_SECONDS: setting(
    z.coerce.number().int().min(0).max(60).default(5),
    'How far the clocks of issuer and clients may be off (seconds, 0 to 60).',
  ),
  ...nonceSettings,
  KILDE_REGISTRY_DIRECTORY: setting(
    z.string().min(1),
    'Folder of the state (`state.json`), the log of changes (`changes.jsonl`) and the security log. One registry per folder.',
    '/var/lib/kilde/registry',
  ),
  KILDE_REGISTRY_KEY: setting(
    checks.json(privateJwk),
    'Private key that signs the state: JWK, P-256, with `kid`. Followers pin its public half. Secret.',
  ),
  KILDE_REGISTRY_ACK_WAIT_MS: setting(
    checks.milliseconds(5_000, 0, 60_000),
    'How long a change waits for the connected followers (milliseconds, 0 to 60,000).',
  ),
  KILDE_REGISTRY_HEARTBEAT_MS: setting(
    checks.milliseconds(4_000, 50, 10_000),
    'How often the state is confirmed to followers (milliseconds, 50 to 10,000); they call it stale after 15 seconds.',
  ),
  KILDE_REGISTRY_MAX_FOLLOWERS: setting(
    z.coerce.number().int().min(1).max(100_000).default(5_000),
    'Most followers at once.',
  ),
  KILDE_REGISTRY_MAX_STATE_BYTES: setting(
    // A signature makes it a third longer; followers take 32 MiB.
    checks.bytes(16_777_216, 1_000, 25_000_000),
    'Largest state, and so the largest body of an import (bytes).',
  ),
  ...locateSettings,
  KILDE_LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level of log lines.',
  ),
  NODE_ENV: setting(
    z.string().default('development'),
    '`production` refuses unsafe settings, and entries whose addresses are without TLS or on this machine.',
  ),
} as const

export type RegistryConfig = ConfigOf<typeof registrySettings>

/** @throws ServiceError `INVALID_CONFIGURATION` */
export const readRegistryConfig = (
  env: Readonly<Record<string, string | undefined>>,
): RegistryConfig => readConfig(registrySettings, env, contradictions)

function contradictions(config: RegistryConfig): readonly string[] {
  const problems = [...tlsProblems(config), ...locateProblems(config)]
  if (config.NODE_ENV !== 'production') return problems
  const plain = config.KILDE_ISSUER.startsWith('http:')
  return [
    ...problems,
    ...(plain ? ['KILDE_ISSUER: must be https in production'] : []),
    ...(config.KILDE_PUBLIC_URL?.startsWith('https:')
      ? []
      : ['KILDE_PUBLIC_URL: must be set, and https, in production']),
  ]
}
