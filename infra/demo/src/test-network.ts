import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeysOf } from '@kilde/catalogue'
import { type OrganizationKey, organizations } from '@kilde/people'
import {
  bundlesOf,
  type Chart,
  demoCharts,
  generateRows,
  type RowsRequest,
} from '@kilde/population'
import { privacyAudience, privacyScopes } from '@kilde/privacy'
import { type Logger, silentLogger } from '@kilde/service'
import type { PrivateJwk, ProofSigner } from '@kilde/trust'
import type { Joining } from './demo-file.js'
import {
  clientsDirectory,
  cliRedirectUri,
  endpointOf,
  keyOf,
  type Plan,
  urlOf,
} from './environments.js'
import { createFaultProxy, type FaultProxy } from './fault-proxy.js'
import {
  type InProcessLauncher,
  type InProcessOptions,
  inProcessLauncher,
} from './in-process-launcher.js'
import { keepSessions } from './kept-sessions.js'
import { loadPatients } from './load-patients.js'
import { loadStories } from './load-stories.js'
import { bringUp, type Launcher, type Network } from './network.js'
import { anyPorts, type NodeListener, type Ports } from './ports.js'
import { clientIds, createSecrets } from './secrets.js'
import {
  type Answer,
  askAs,
  type Session,
  type SessionOptions,
  signInPersona,
  type Target,
} from './sessions.js'

export { type Behaviour, createFaultProxy, type FaultProxy } from './fault-proxy.js'
export type { Launched, Launcher } from './network.js'
export type { NodeListener } from './ports.js'
export {
  type Answer,
  askAs,
  type GraphqlAnswer,
  type GraphqlRequest,
  type Session,
} from './sessions.js'

export interface TestNetworkOptions {
  /** Default: all. */
  readonly organizations?: readonly OrganizationKey[]
  /** `demo`: the courses and patients of the demo. `none` (the default): nothing; see {@link TestNetwork.load}. Else so many generated rows. */
  readonly data?: 'demo' | 'none' | RowsRequest
  /** Organisations that answer only what the requester has signed. Default: none. */
  readonly signed?: readonly OrganizationKey[]
  /** Nodes that stand behind a fault proxy; `hosted` is the node of the two small organisations. */
  readonly faults?: readonly NodeListener[]
  /** Settings that replace those of the network, by service, e.g. `{ gateway: { KILDE_SOURCE_TIMEOUT_MS: '500' } }`. */
  readonly settings?: InProcessOptions['settings']
  /** What stands between the nodes and their sources and logs. */
  readonly node?: NonNullable<InProcessOptions['node']>
  /** Changes the claims of every token just before it is signed. */
  readonly alterToken?: NonNullable<InProcessOptions['alterToken']>
  /** Puts another launcher in the place of this process's own, e.g. one that starts a service as a process. */
  readonly launcher?: (own: Launcher) => Launcher
  readonly logger?: Logger
  /** Clock of the services (epoch milliseconds); the identity service keeps its own. */
  readonly now?: () => number
  /** Now, for the data. Default: the machine's clock. */
  readonly until?: Date
}

export interface TestNetwork extends Pick<Network, 'admin' | 'tokensOf' | 'loaderTo' | 'services'> {
  readonly gateway: string
  readonly issuer: string
  readonly registry: string
  readonly privacy: string
  /** Base URLs of the organisations, as the registry knows them. */
  readonly endpoints: Readonly<Partial<Record<OrganizationKey, string>>>
  readonly faults: Readonly<Partial<Record<NodeListener, FaultProxy>>>
  /** Folder of everything that the services keep; gone after `stop`. */
  readonly directory: string
  readonly identity: ReturnType<InProcessLauncher['identity']>
  /** Private key of a client of the identity service. */
  clientKey(clientId: string): PrivateJwk
  /** Private key by which the identity service signs tokens at first. */
  readonly issuerKey: PrivateJwk
  /** What an organisation that joins is given by whoever runs the common services. */
  readonly joining: Omit<Joining, 'privacyNodeKeyFile'> & { readonly privacyNodeKey: string }
  /** What was loaded at the start. */
  readonly charts: readonly Chart[]
  /** Signs a persona in, anew at each call; `proof` holds the key that the token is bound to (default: a new one). */
  signIn(persona: string, proof?: ProofSigner, target?: Target): Promise<Session>
  /** Asks the privacy service as a citizen, who signs in for it. */
  askPrivacy(
    persona: string,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Answer>
  /** Asks the gateway as a persona, who stays signed in for as long as it is about the same patient (`variables.identifier`). */
  ask(
    persona: string,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Answer>
  load(chart: Chart): Promise<void>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/** The network of the demo in this one process, on free ports, with a store and keys of its own. */
export async function startTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-network-'))
  // The database server may run as another user, who has to get through. What is secret keeps itself closed.
  await chmod(directory, 0o755)
  const ports = await anyPorts(HOST)
  const faults = await createFaults(options.faults ?? [], ports)
  const { logger = silentLogger, now = Date.now, alterToken, node } = options
  const plan: Plan = {
    host: HOST,
    ports,
    directory,
    secrets: await createSecrets(),
    organizations: options.organizations ?? (Object.keys(organizations) as OrganizationKey[]),
    ...(options.signed && { signed: options.signed }),
    publicUrls: Object.fromEntries(Object.entries(faults).map(([name, { url }]) => [name, url])),
  }
  const launcher = inProcessLauncher({
    logger,
    now,
    storeDirectory: join(directory, 'postgres'),
    settings: options.settings ?? {},
    ...(alterToken && { alterToken }),
    ...(node && { node }),
  })
  const clean = async (): Promise<void> => {
    for (const proxy of Object.values(faults)) await proxy.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const chosen = options.launcher?.(launcher) ?? launcher
  const network = await bringUp(plan, chosen, () => {}).catch(async (error: unknown) => {
    await clean()
    throw error
  })
  const stop = async (): Promise<void> => {
    await network.stop()
    await clean()
  }
  const charts = chartsOf(options)
  const loadAll = async (): Promise<void> => {
    const { data, until = new Date() } = options
    if (data === 'demo') {
      await loadPatients(plan.organizations, network, until)
      await loadStories(plan.organizations, network, until)
    }
    for (const chart of charts) await loadChart(network, chart)
  }
  await loadAll().catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const gateway = urlOf(plan, 'gateway')
  return {
    ...network,
    gateway,
    issuer: urlOf(plan, 'identity'),
    registry: urlOf(plan, 'registry'),
    privacy: urlOf(plan, 'privacy'),
    endpoints: Object.fromEntries(plan.organizations.map((key) => [key, endpointOf(plan, key)])),
    faults,
    directory,
    identity: launcher.identity(),
    clientKey: (clientId) => keyOf(plan.secrets, clientId),
    issuerKey: plan.secrets.issuer,
    joining: {
      clientsDirectory: clientsDirectory(plan),
      registryKeys: publicKeysOf(plan.secrets.registry),
      privacyKeys: publicKeysOf(plan.secrets.privacy),
      privacyNodeKey: plan.secrets.symmetric.privacyNode,
    },
    charts,
    load: (chart) => loadChart(network, chart),
    ...askers(plan, gateway),
    stop,
  }
}

async function createFaults(
  names: readonly NodeListener[],
  ports: Ports,
): Promise<Readonly<Partial<Record<NodeListener, FaultProxy>>>> {
  const proxies = await Promise.all(
    names.map(async (name) => {
      const proxy = await createFaultProxy()
      proxy.pointAt(`http://${HOST}:${ports[name]}`)
      return [name, proxy] as const
    }),
  )
  return Object.fromEntries(proxies)
}

function chartsOf({ data = 'none', until = new Date() }: TestNetworkOptions): readonly Chart[] {
  if (data === 'none') return []
  return data === 'demo' ? Object.values(demoCharts(until)) : [generateRows(data)]
}

async function loadChart(network: Network, chart: Chart): Promise<void> {
  const bundles = bundlesOf(chart)
  await Promise.all(
    [...chart.keys()].map(async (key) => {
      const loader = network.loaderTo(key)
      for (const { organization, bundle } of bundles) {
        if (organization === key) await loader.load(bundle)
      }
    }),
  )
}

const PRIVACY: Target = { audience: privacyAudience, scope: privacyScopes.own }

function askers(plan: Plan, gateway: string): Pick<TestNetwork, 'signIn' | 'ask' | 'askPrivacy'> {
  const options: SessionOptions = {
    issuer: urlOf(plan, 'identity'),
    clientId: clientIds.cli,
    clientKey: keyOf(plan.secrets, clientIds.cli),
    redirectUri: cliRedirectUri,
  }
  // The identity service keeps the machine's clock.
  const sessions = keepSessions(Date.now)
  const signIn: TestNetwork['signIn'] = (persona, proof, target) =>
    signInPersona(options, persona, proof, target)
  return {
    signIn,
    async ask(persona, query, variables = {}) {
      // An attest holds for one patient.
      const key = JSON.stringify([persona, variables['identifier']])
      const session = await sessions(key, () => signIn(persona))
      return askAs(session, `${gateway}/graphql`, { query, variables })
    },
    async askPrivacy(persona, query, variables = {}) {
      const session = await signIn(persona, undefined, PRIVACY)
      return askAs(session, `${urlOf(plan, 'privacy')}/graphql`, { query, variables })
    },
  }
}
