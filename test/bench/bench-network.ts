import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Case, MOST_ROWS_ASKED, type Variant } from './cases.js'
import { contentOf, organizationNumbers, targetsOf } from './network.js'
import { startWorker, type Worker } from './processes.js'
import type { RegistryFound, Target, World } from './protocol.js'

/** What lasts for the whole run: nodes, client, identity service. */
export interface Surroundings {
  readonly numbers: readonly string[]
  readonly nodes: Worker<{ readonly origins: readonly string[] }>
  readonly load: Worker<object>
  readonly world: Worker<World>
  /** Folder for the access logs. */
  readonly directory: string
  end(): Promise<void>
}

/** A measured process, and how it is asked. */
export type Server = Worker<{ readonly url: string }>

export async function startSurroundings(mostSources: number): Promise<Surroundings> {
  const numbers = organizationNumbers(mostSources)
  const directory = await mkdtemp(join(tmpdir(), 'kilde-bench-'))
  const [nodes, load, world] = await Promise.all([
    startWorker<{ origins: string[] }>('nodes', { numbers }),
    startWorker<object>('load', {}),
    startWorker<World>('world', {}),
  ])
  // Whoever asks when the tokens are warm.
  await load.ask('signIn', { world: world.info, count: 1 })
  const end = async (): Promise<void> => {
    await world.ask('end')
    await Promise.all([nodes.end(), load.end(), world.end()])
    await rm(directory, { recursive: true, force: true })
  }
  return { numbers, nodes, load, world, directory, end }
}

const targetsFor = ({ numbers, nodes }: Surroundings, size: Case): readonly Target[] =>
  targetsOf(numbers, nodes.info.origins, size)

/** Starts the process of a variant. The relay needs to know what a gateway sends: one must have asked before. */
export async function startVariant(
  variant: Variant,
  size: Case,
  around: Surroundings,
): Promise<Server> {
  const targets = targetsFor(around, size)
  const start = (role: Parameters<typeof startWorker>[0], setup: unknown): Promise<Server> =>
    startWorker(role, setup)
  switch (variant) {
    case 'relay':
      return start('relay', { targets, body: await around.nodes.ask('lastBody') })
    case 'merge-only':
      return start('engine', { content: contentOf(targets), way: 'DIRECT' })
    case 'general':
      return start('engine', { content: contentOf(targets), way: 'GENERAL' })
    case 'secure':
    case 'secure-cold':
      return start('secure', { environment: await gatewayEnvironment(targets, around) })
    case 'apollo-stock':
    case 'apollo-tuned':
      return start('apollo', { targets, tuned: variant === 'apollo-tuned' })
    default:
      return variant satisfies never
  }
}

/** A whole gateway with other settings than the measured variants have. */
export async function startGatewayWith(
  settings: Readonly<Record<string, string>>,
  size: Case,
  around: Surroundings,
): Promise<Server> {
  const environment = await gatewayEnvironment(targetsFor(around, size), around)
  return startWorker('secure', { environment: { ...environment, ...settings } })
}

async function gatewayEnvironment(targets: readonly Target[], around: Surroundings) {
  const { issuer, gatewayClientId, gatewayKey } = around.world.info
  const registry = await around.world.ask<RegistryFound>('registry', contentOf(targets))
  const secret = () => randomBytes(32).toString('base64url')
  return {
    KILDE_PORT: '0',
    KILDE_ISSUER: issuer,
    KILDE_CLIENT_ID: gatewayClientId,
    KILDE_CLIENT_KEY: JSON.stringify(gatewayKey),
    KILDE_REGISTRY_URL: registry.url,
    KILDE_REGISTRY_KEYS: registry.keys,
    KILDE_CURSOR_KEY: secret(),
    KILDE_AUDIT_DIRECTORY: await mkdtemp(join(around.directory, 'audit-')),
    KILDE_AUDIT_KEY: secret(),
    // A thousand cold exchanges keep the one identity service busy for seconds.
    KILDE_REQUEST_TIMEOUT_MS: '30000',
    KILDE_SOURCE_TIMEOUT_MS: '29000',
    // One requester stands for many.
    KILDE_RATE_REQUESTER_PER_MINUTE: '0',
    KILDE_RATE_ORGANIZATION_PER_MINUTE: '0',
    KILDE_RATE_REQUESTER_AT_ONCE: '0',
    KILDE_OVERLOAD_AT_ONCE: '0',
    // Under load there is no pause of ten seconds; here there is one between a variant's turns.
    KILDE_IDLE_CLEAR_MS: '600000',
    KILDE_DOCUMENT_MAX_COST: String(MOST_ROWS_ASKED),
    KILDE_LOG_LEVEL: 'error',
  }
}
