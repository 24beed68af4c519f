import { contradictions, createGateway, gatewaySettings } from '@kilde/gateway'
import {
  createIdentity,
  type IdentityOptions,
  identitySettings,
  type RunningIdentity,
} from '@kilde/identity'
import {
  createOrganization,
  type OrganizationParts,
  readOrganizationConfig,
  startEmbeddedPostgres,
} from '@kilde/organization'
import { compileShapeCheck } from '@kilde/organization/sources'
import { createPrivacy, readPrivacyConfig } from '@kilde/privacy-service'
import { createRegistry, readRegistryConfig } from '@kilde/registry'
import { type Logger, type Running, readConfig } from '@kilde/service'
import type { Environment } from './environments.js'
import type { Launched, Launcher } from './network.js'
import type { Listener } from './ports.js'

export interface InProcessOptions {
  readonly logger: Logger
  readonly now: () => number
  readonly storeDirectory: string
  /** Settings that replace those of the network, by service. */
  readonly settings: Readonly<Partial<Record<Listener, Environment>>>
  /** What stands between the nodes and their sources and logs. */
  readonly node?: Pick<OrganizationParts, 'wrapSource' | 'wrapLog'>
  readonly alterToken?: NonNullable<IdentityOptions['alterToken']>
}

export interface InProcessLauncher extends Launcher {
  /** The identity service, once it runs. */
  identity(): RunningIdentity
}

/** Starts every service in this process, so that a test can reach into its surroundings: clock, logger, tokens. */
export function inProcessLauncher(options: InProcessOptions): InProcessLauncher {
  const { logger, now } = options
  const checkShape = compileShapeCheck()
  let identity: RunningIdentity | undefined
  const create = async (listener: Listener, env: Environment): Promise<Running> => {
    switch (listener) {
      case 'identity':
        identity = await createIdentity(readConfig(identitySettings, env), {
          logger,
          ...(options.alterToken && { alterToken: options.alterToken }),
        })
        return identity
      case 'registry':
        return createRegistry(readRegistryConfig(env), { logger, now })
      case 'privacy':
        return createPrivacy(readPrivacyConfig(env), { logger, now })
      case 'gateway':
        return createGateway(readConfig(gatewaySettings, env, contradictions), { logger, now })
      case 'municipality':
      case 'hospital':
      case 'gp':
      case 'neighbour':
      case 'hosted':
      case 'operator':
        return createOrganization(readOrganizationConfig(env), {
          ...options.node,
          checkShape,
          logger,
          now,
        })
      default:
        return listener satisfies never
    }
  }
  return {
    async start(listener, environment): Promise<Launched> {
      const running = await create(listener, { ...environment, ...options.settings[listener] })
      return { url: running.url, pid: process.pid, stop: () => running.stop() }
    },
    async startStore(names) {
      const directory = options.storeDirectory
      const postgres = await startEmbeddedPostgres({ directory, durable: false })
      const made = names.map(async (name) => [name, await postgres.createDatabase(name)] as const)
      const databases = Object.fromEntries(await Promise.all(made))
      return { url: '', pid: process.pid, databases, stop: () => postgres.stop() }
    },
    identity() {
      if (!identity) throw new Error('identity does not run yet')
      return identity
    },
  }
}
