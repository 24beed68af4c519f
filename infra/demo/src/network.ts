import { type CatalogueContent, createRegistryAdmin, type RegistryAdmin } from '@kilde/catalogue'
import { type OrganizationKey, organizations } from '@kilde/people'
import type { Running } from '@kilde/service'
import { createTokenClient, publicPart, type TokenClient } from '@kilde/trust'
import { type DemoSigning, demoCatalogue } from './catalogue.js'
import {
  databaseOf,
  type Environment,
  endpointOf,
  gatewayEnvironment,
  hostOf,
  identityEnvironment,
  keyOf,
  listenerOf,
  nodeEnvironment,
  operatorDatabase,
  operatorEndpoint,
  type Plan,
  PRIVACY_DATABASE,
  privacyEnvironment,
  registryEnvironment,
  urlOf,
} from './environments.js'
import { createLoader, type Loader } from './load.js'
import type { Listener } from './ports.js'
import { clientIds } from './secrets.js'

/** How the parts of a network are started: as processes, or all in this one. */
export interface Launcher {
  start(listener: Listener, environment: Environment): Promise<Launched>
  /** A database for each organisation: connection URL by name. */
  startStore(databases: readonly string[]): Promise<Store>
}

export interface Launched extends Running {
  readonly pid: number
}

export interface Store extends Launched {
  readonly databases: Readonly<Record<string, string>>
}

export interface Network {
  readonly services: Readonly<Partial<Record<Listener, Launched>>>
  readonly admin: RegistryAdmin
  tokensOf(clientId: string): TokenClient
  /** Gives bundles to an organisation. */
  loaderTo(organization: OrganizationKey): Loader
  /** Ends everything, in the reverse order of starting. */
  stop(): Promise<void>
}

/**
 * Starts a whole network, each part as soon as what it needs is there: first what everybody needs, then the registry's state,
 * then the nodes and the gateway side by side. What was started is stopped again where a part fails.
 */
export async function bringUp(
  plan: Plan,
  launcher: Launcher,
  progress: (text: string) => void,
): Promise<Network> {
  const services: Partial<Record<Listener, Launched>> = {}
  const started: Pick<Running, 'stop'>[] = []
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop().catch(() => undefined)
  }
  const start = async (listener: Listener, environment: Environment) => {
    const service = await launcher.start(listener, environment)
    started.push(service)
    services[listener] = service
    progress(`${listener.padEnd(12)} ${service.url}`)
  }
  const { admin, tokensOf, loaderTo } = reach(plan)
  started.push({ stop: () => admin.close() })
  try {
    const [store] = await together([
      startStore(plan, launcher, started),
      start('identity', identityEnvironment(plan)),
      start('registry', registryEnvironment(plan)),
    ])
    await together([
      admin.importState(catalogueOf(plan)),
      start('privacy', privacyEnvironment(plan, store.databases[PRIVACY_DATABASE] ?? '')),
    ])
    const nodes = [...new Set(plan.organizations.map(listenerOf)), 'operator' as const]
    await together([
      ...nodes.map((listener) => start(listener, nodeEnvironment(plan, listener, store.databases))),
      start('gateway', gatewayEnvironment(plan)),
    ])
    return { services, admin, tokensOf, stop, loaderTo }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A network that runs, or will, as its administration and the organisations' journals reach it. */
export function reach(plan: Plan): Pick<Network, 'admin' | 'tokensOf' | 'loaderTo'> {
  const tokensOf = tokenClients(plan)
  return {
    admin: adminOf(plan, tokensOf),
    tokensOf,
    loaderTo: (key) => loaderTo(plan, key, tokensOf),
  }
}

/** What its registry holds. */
export const catalogueOf = (plan: Plan): CatalogueContent =>
  demoCatalogue(endpointsOf(plan), signingOf(plan), (key) => hostOf(plan, key))

async function startStore(
  plan: Plan,
  launcher: Launcher,
  started: Pick<Running, 'stop'>[],
): Promise<Store> {
  const store = await launcher.startStore([
    ...plan.organizations.map(databaseOf),
    operatorDatabase,
    PRIVACY_DATABASE,
  ])
  // Everything else is stopped before it, however early it was ready.
  started.unshift(store)
  return store
}

/** Waits for all, also where one fails: what is still starting then could not be stopped. */
async function together<T extends readonly unknown[]>(
  parts: {
    readonly [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  await Promise.allSettled(parts)
  return (await Promise.all(parts)) as unknown as T
}

function tokenClients(plan: Plan): (clientId: string) => TokenClient {
  return (clientId) =>
    createTokenClient({
      issuer: urlOf(plan, 'identity'),
      clientId,
      clientKey: keyOf(plan.secrets, clientId),
    })
}

function adminOf(plan: Plan, tokensOf: (clientId: string) => TokenClient): RegistryAdmin {
  return createRegistryAdmin({
    registryUrl: urlOf(plan, 'registry'),
    tokens: tokensOf(clientIds.admin),
  })
}

function loaderTo(
  plan: Plan,
  organization: OrganizationKey,
  tokensOf: (clientId: string) => TokenClient,
): Loader {
  const { number, name } = organizations[organization]
  return createLoader({
    endpoint: endpointOf(plan, organization),
    name,
    audience: `kilde:organization:${number}`,
    tokens: tokensOf(clientIds.ingest(organization)),
  })
}

function signingOf({ organizations: keys, secrets, signed = [] }: Plan): DemoSigning {
  const pageKeys = keys.map((key) => [key, publicPart(secrets.pages[key])] as const)
  return { pageKeys: Object.fromEntries(pageKeys), signed }
}

function endpointsOf(plan: Plan): Partial<Record<OrganizationKey | 'operator', string>> {
  const own = plan.organizations.map((key) => [key, endpointOf(plan, key)])
  return { ...Object.fromEntries(own), operator: operatorEndpoint(plan) }
}
