import { contradictions, createGateway, gatewaySettings, processMemory } from '@kilde/gateway'
import { readConfig, silentLogger } from '@kilde/service'
import type { Handlers, SecureSetup } from '../protocol.js'
import { meter } from './meter.js'

/** The whole gateway as it is run: tokens, proofs, exchange, the signed registry, the access log on the disk. */
export async function createSecure({ environment }: SecureSetup) {
  const config = readConfig(gatewaySettings, environment, contradictions)
  const { url } = await createGateway(config, {
    logger: silentLogger,
    memory: processMemory,
  })
  const handlers: Handlers = meter()
  return { info: { url: `${url}/graphql` }, handlers }
}
