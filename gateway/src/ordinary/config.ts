import {
  type ConfigOf,
  operationSettings,
  setting,
  telemetrySettings,
  tlsProblems,
  tlsSettings,
} from '@kilde/service'
import { proofProblems, proofSettings } from '@kilde/trust'
import { gatewaySettings as all } from '../config.js'
import { graphProblems, supergraphFile } from '../graph-settings.js'
import { limitSettings } from '../limit-settings.js'
import { allowanceSettings, loadSettings } from '../rates/settings.js'

/** All but those that the contract's operations alone have. */
const {
  KILDE_DOCUMENT_MAX_COST: _ofRows,
  KILDE_REGISTERED_OPERATIONS: _ofContract,
  ...documentSettings
} = limitSettings

/** Settings of a gateway for an ordinary graph: those of the gateway that have to do with neither patients nor sources. */
export const ordinarySettings = {
  KILDE_SUPERGRAPH: setting(supergraphFile, all.KILDE_SUPERGRAPH.about),
  KILDE_AUTHENTICATION: all.KILDE_AUTHENTICATION,
  KILDE_HOST: all.KILDE_HOST,
  KILDE_PORT: all.KILDE_PORT,
  ...tlsSettings,
  ...operationSettings,
  ...telemetrySettings,
  KILDE_PUBLIC_URL: all.KILDE_PUBLIC_URL,
  KILDE_ALLOWED_ORIGINS: all.KILDE_ALLOWED_ORIGINS,
  KILDE_SUBGRAPH_TIMEOUT_MS: all.KILDE_SUBGRAPH_TIMEOUT_MS,
  KILDE_SUBGRAPH_MAX_BYTES: all.KILDE_SUBGRAPH_MAX_BYTES,
  KILDE_SUBGRAPH_HEADERS: all.KILDE_SUBGRAPH_HEADERS,
  KILDE_SOURCE_CONNECT_MS: all.KILDE_SOURCE_CONNECT_MS,
  ...documentSettings,
  ...loadSettings,
  NODE_ENV: all.NODE_ENV,
} as const

/** What authentication needs beside these. */
export const guardedSettings = {
  ...ordinarySettings,
  KILDE_ISSUER: all.KILDE_ISSUER,
  KILDE_AUDIENCE: all.KILDE_AUDIENCE,
  ...proofSettings,
  ...allowanceSettings,
  KILDE_AUDIT_DIRECTORY: all.KILDE_AUDIT_DIRECTORY,
  KILDE_AUDIT_KEY: all.KILDE_AUDIT_KEY,
} as const

export type OrdinaryConfig = ConfigOf<typeof ordinarySettings>
export type GuardedConfig = ConfigOf<typeof guardedSettings>

/** Settings that do not go together, or that production does not allow. */
export function ordinaryContradictions(config: OrdinaryConfig): readonly string[] {
  const production = config.NODE_ENV === 'production'
  const open = config.KILDE_AUTHENTICATION === 'off'
  return [
    ...(production && open ? ['KILDE_AUTHENTICATION: cannot be off in production'] : []),
    ...(production && !open && !config.KILDE_PUBLIC_URL?.startsWith('https:')
      ? ['KILDE_PUBLIC_URL: must be set, and https, in production']
      : []),
    ...tlsProblems(config),
    ...graphProblems(config, false),
  ]
}

export function guardedContradictions(config: GuardedConfig): readonly string[] {
  const plain = config.NODE_ENV === 'production' && config.KILDE_ISSUER.startsWith('http:')
  return [
    ...(plain ? ['KILDE_ISSUER: must be https in production'] : []),
    ...proofProblems(config),
    ...ordinaryContradictions(config),
  ]
}
