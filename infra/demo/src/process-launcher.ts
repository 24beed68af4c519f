import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OVERWRITE_FREED } from '@kilde/service'
import type { Environment } from './environments.js'
import { DemoError } from './errors.js'
import type { Launched, Launcher } from './network.js'
import type { Listener } from './ports.js'
import { type ServiceProcess, startProcess } from './processes.js'

export interface ProcessLauncherOptions {
  /** Folder of the log files. */
  readonly logs: string
  readonly storeDirectory: string
  /** Called when a process ends, also when it was told to. */
  readonly onEnd: (name: string, reason: string) => void
}

/** Heap limits (MiB) that keep the whole demo far below 2 GB; the young generation of Node's default is larger than it needs. */
const HEAP = { gateway: [384, 16], service: [192, 8], store: [64, 4] } as const

/** Starts each service as a process of its own, from its built `dist`. */
export function processLauncher(options: ProcessLauncherOptions): Launcher {
  const launch = async (name: string, file: string, env: Readonly<Record<string, string>>) => {
    const process = await startProcess({
      name,
      file,
      env,
      flags: flagsFor(name),
      logFile: join(options.logs, `${name}.log`),
    })
    void process.ended.then((reason) => options.onEnd(name, reason))
    return process
  }
  return {
    start: (listener, environment): Promise<Launched> =>
      launch(listener, programOf(listener), { ...environment, ...memoryOf(listener) }),
    async startStore(databases) {
      const file = fileURLToPath(new URL('store-main.js', import.meta.url))
      const store = await launch('store', file, {
        KILDE_STORE_DIRECTORY: options.storeDirectory,
        KILDE_STORE_DATABASES: databases.join(','),
      })
      return { ...store, databases: databasesOf(store) }
    },
  }
}

function flagsFor(name: string): readonly string[] {
  const [old, young] = name === 'gateway' || name === 'store' ? HEAP[name] : HEAP.service
  return [`--max-old-space-size=${old}`, `--max-semi-space-size=${young}`]
}

/** Nothing about a patient stays in the gateway, not even in memory that it no longer uses. */
function memoryOf(listener: Listener): Environment {
  return listener === 'gateway' ? { GLIBC_TUNABLES: OVERWRITE_FREED } : {}
}

function programOf(listener: Listener): string {
  const name = PACKAGES[listener] ?? '@kilde/organization'
  return fileURLToPath(new URL('main.js', import.meta.resolve(name)))
}

const PACKAGES: Partial<Record<Listener, string>> = {
  identity: '@kilde/identity',
  registry: '@kilde/registry',
  privacy: '@kilde/privacy-service',
  gateway: '@kilde/gateway',
}

function databasesOf({ messages }: ServiceProcess): Readonly<Record<string, string>> {
  const message = messages.find(
    (one) => typeof one === 'object' && one !== null && 'databases' in one,
  )
  if (!message) throw new DemoError('SERVICE_NOT_STARTED', { text: 'store named no databases' })
  return (message as { databases: Record<string, string> }).databases
}
