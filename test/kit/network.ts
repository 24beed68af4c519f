import {
  type NodeListener,
  startTestNetwork,
  type TestNetwork,
  type TestNetworkOptions,
} from '@kilde/demo/test-network'
import type { LogLine } from './record-log.js'
import { startWatch } from './watch.js'
import type { SeenRequest } from './watch-http.js'

/** A test network, all of whose traces are searched for identity numbers when it stops. */
export interface WatchedNetwork extends TestNetwork {
  readonly log: readonly LogLine[]
  /** Requests to any service so far. */
  readonly requests: readonly SeenRequest[]
  /** Stops everything. @throws where a number was found anywhere, naming the places */
  stop(): Promise<void>
}

export interface NetworkOptions extends Omit<TestNetworkOptions, 'logger'> {
  /** Its fault proxy answers wrongly on purpose, also with identity numbers: these are found by the test itself. */
  readonly wrongOnPurpose?: NodeListener
}

/** Starts a network as {@link startTestNetwork} does. Its `stop` belongs into `afterAll`, which fails where a number got out. */
export async function startNetwork({
  wrongOnPurpose,
  ...options
}: NetworkOptions = {}): Promise<WatchedNetwork> {
  const watch = startWatch()
  try {
    const settings = patient(options.settings)
    const network = await startTestNetwork({ ...options, settings, logger: watch.logger })
    watch.identityAt(portOf(network.issuer))
    const wrong = wrongOnPurpose && network.faults[wrongOnPurpose]
    if (wrong) watch.wrongAt(portOf(wrong.url))
    return {
      ...network,
      log: watch.lines,
      requests: watch.requests,
      stop: async () => {
        await stopServices(network)
        const searched = watch.search(network.directory)
        await searched.catch(() => undefined)
        await network.stop()
        watch.stop()
        return searched
      },
    }
  } catch (error) {
    watch.stop()
    throw error
  }
}

const portOf = (url: string): number => Number(new URL(url).port)

/** Before the folder goes: a service may write its last lines while it stops. The network's own stop does no harm then. */
async function stopServices({ services }: TestNetwork): Promise<void> {
  for (const service of Object.values(services)) await service.stop().catch(() => undefined)
}

type Settings = NonNullable<TestNetworkOptions['settings']>

/** For who asks as one requester what many ask in life. */
export const asManyAsCome = {
  KILDE_RATE_REQUESTER_PER_MINUTE: '0',
  KILDE_RATE_ORGANIZATION_PER_MINUTE: '0',
  KILDE_RATE_REQUESTER_AT_ONCE: '0',
  KILDE_RATE_PATIENTS_PER_MINUTE: '0',
  KILDE_OVERLOAD_AT_ONCE: '0',
} as const

const services = ['gateway', 'municipality', 'hospital', 'gp', 'neighbour', 'hosted'] as const

/** Nor a proof old: it may wait for half a minute until a service that shares its one thread with all others comes to it. */
function withTime(settings: Settings): Settings {
  const slow = { KILDE_PROOF_SECONDS: '30' }
  const each = services.map((name) => [name, { ...slow, ...settings[name] }] as const)
  return { ...settings, ...Object.fromEntries(each) }
}

/** A busy machine must not make a source late: whoever tests lateness, or allowances, sets limits of their own. */
function patient(settings: Settings = {}): Settings {
  const gateway: Readonly<Record<string, string>> = { ...asManyAsCome, ...settings['gateway'] }
  const timeout = gateway['KILDE_SOURCE_TIMEOUT_MS']
  const connecting = { KILDE_SOURCE_CONNECT_MS: `${Math.min(10_000, Number(timeout ?? 30_000))}` }
  const times = { KILDE_SOURCE_TIMEOUT_MS: '30000', KILDE_REQUEST_TIMEOUT_MS: '60000' }
  const own = timeout === undefined ? { ...times, ...gateway } : gateway
  return withTime({ ...settings, gateway: { ...connecting, ...own } })
}
