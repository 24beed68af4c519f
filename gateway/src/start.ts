import { type Running, readConfig, ServiceError } from '@kilde/service'
import { createGateway, type GatewayParts } from './compose.js'
import { contradictions, type GatewayConfig, gatewaySettings } from './config.js'
import { createOrdinaryGateway } from './ordinary/compose.js'
import {
  type GuardedConfig,
  guardedContradictions,
  guardedSettings,
  type OrdinaryConfig,
  ordinaryContradictions,
  ordinarySettings,
} from './ordinary/config.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Starts the gateway that the settings ask for: that of the contract, or one for an ordinary graph where KILDE_SUPERGRAPH
 * names a supergraph without `sharing`.
 * @throws KildeError
 */
export async function startGateway(env: Environment, parts: GatewayParts): Promise<Running> {
  const settings = readGatewayConfig(env)
  return settings.graph === 'contract'
    ? createGateway(settings.config, parts)
    : createOrdinaryGateway(settings.config, parts)
}

/** What a gateway is started with, by its kind. */
export type GatewayStart =
  | { readonly graph: 'contract'; readonly config: GatewayConfig }
  | { readonly graph: 'ordinary'; readonly config: OrdinaryConfig | GuardedConfig }

/** @throws ConfigurationError */
export function readGatewayConfig(env: Environment): GatewayStart {
  const { graph, authentication } = kindOf(env)
  if (graph !== 'ordinary') {
    return { graph: 'contract', config: readConfig(gatewaySettings, env, contradictions) }
  }
  const config =
    authentication === 'off'
      ? readConfig(ordinarySettings, env, ordinaryContradictions)
      : readConfig(guardedSettings, env, guardedContradictions)
  return { graph, config }
}

interface Kind {
  readonly graph: 'contract' | 'ordinary'
  readonly authentication: 'on' | 'off'
}

const { KILDE_SUPERGRAPH } = gatewaySettings

/** A supergraph that cannot be read is named by the settings that would have gone with it. */
function kindOf(env: Environment): Kind {
  const authentication = env['KILDE_AUTHENTICATION'] === 'off' ? 'off' : 'on'
  try {
    const { KILDE_SUPERGRAPH: supergraph } = readConfig({ KILDE_SUPERGRAPH }, env)
    return { graph: supergraph?.hasPatients === false ? 'ordinary' : 'contract', authentication }
  } catch (fault) {
    if (!(fault instanceof ServiceError)) throw fault
    return { graph: authentication === 'off' ? 'ordinary' : 'contract', authentication }
  }
}
