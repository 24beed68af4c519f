import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type OrganizationKey, organizations } from '@kilde/people'
import { type DemoFile, writeDemoFile } from './demo-file.js'
import type { Plan } from './environments.js'
import { fill } from './fill.js'
import { bringUp } from './network.js'
import { portsFrom, requireFreePorts } from './ports.js'
import { processLauncher } from './process-launcher.js'
import { createSecrets } from './secrets.js'

export interface DemoOptions {
  /** First port (1,024 to 65,000); the others follow from it. */
  readonly portBase: number
  /** Folder of the demo: keys, logs, access logs, data, `demo.json`. What an earlier demo left there is removed. */
  readonly directory: string
  /** Takes one line for each step. */
  readonly log: (line: string) => void
  /** Start only these organisations. Default: all. */
  readonly only?: readonly OrganizationKey[]
}

export interface Demo {
  readonly file: DemoFile
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts the demo network as processes, loads its data and writes `demo.json`.
 * @throws DemoError `PORT_IN_USE`, `SERVICE_NOT_STARTED`, `LOAD_FAILED`
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { directory, log } = options
  const ports = portsFrom(options.portBase)
  await requireFreePorts(ports, HOST)
  await prepare(directory)
  const all = Object.keys(organizations) as OrganizationKey[]
  const plan: Plan = {
    host: HOST,
    ports,
    directory,
    secrets: await createSecrets(),
    healthToken: randomBytes(32).toString('base64url'),
    organizations: all.filter((key) => options.only?.includes(key) ?? true),
  }
  let running = false
  const launcher = processLauncher({
    logs: join(directory, 'logs'),
    storeDirectory: join(directory, 'postgres'),
    onEnd: (name, reason) => running && log(`${name} has ended (${reason})`),
  })
  const network = await bringUp(plan, launcher, log)
  running = true
  const stop = async (): Promise<void> => {
    running = false
    await rm(join(directory, 'demo.json'), { force: true })
    await network.stop()
  }
  try {
    const file = await fill(plan, network, log)
    await writeDemoFile(directory, file)
    return { file, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The database server stays where it is (making it takes seconds); its databases are made anew. */
async function prepare(directory: string): Promise<void> {
  // Not 0700: the database server may run as another user, who has to get through. What is secret keeps itself closed.
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const old = ['demo.json', 'clients', 'keys', 'logs', 'audit', 'registry', 'nodes']
  for (const name of old) await rm(join(directory, name), { recursive: true, force: true })
  for (const name of ['keys', 'logs']) await mkdir(join(directory, name), { mode: 0o700 })
}
