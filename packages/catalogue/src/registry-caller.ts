import { type Caller, createCaller, type FeedFaults } from '@kilde/feed'
import type { TokenClient } from '@kilde/trust'
import type { Dispatcher } from 'undici'
import { CatalogueError } from './errors.js'
import { registryAudience } from './protocol.js'

export interface RegistryCallerOptions {
  readonly registryUrl: string
  readonly tokens: TokenClient
  readonly scope: string
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

/** Calls the registry. @throws CatalogueError `REGISTRY_UNREACHABLE` */
export function createRegistryCaller({ registryUrl, ...options }: RegistryCallerOptions): Caller {
  return createCaller({
    ...options,
    baseUrl: registryUrl,
    audience: registryAudience,
    faults: registryFaults,
  })
}

export const registryFaults: FeedFaults = {
  unreachable: (options) => new CatalogueError('REGISTRY_UNREACHABLE', options),
  refused: (options) => new CatalogueError('REGISTRY_REFUSED', options),
  untrusted: (options) => new CatalogueError('CATALOGUE_UNTRUSTED', options),
}
