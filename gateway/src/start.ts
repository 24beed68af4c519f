import { type Running, readConfig, ServiceError } from '@kilde/service'
import { createGateway, type GatewayParts } from './compose.js'
import { contradictions, gatewaySettings } from './config.js'
import { createOrdinaryGateway } from './ordinary/compose.js'
import {
  guardedContradictions,
  guardedSettings,
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
  const { graph, authentication } = kindOf(env)
  if (graph !== 'ordinary') {
    return createGateway(readConfig(gatewaySettings, env, contradictions), parts)
  }
  const config =
    authentication === 'off'
      ? readConfig(ordinarySettings, env, ordinaryContradictions)
      : readConfig(guardedSettings, env, guardedContradictions)
  return createOrdinaryGateway(config, parts)
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
