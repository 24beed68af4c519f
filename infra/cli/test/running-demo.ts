import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type DemoFile, demoDirectory } from '@kilde/demo'
import {
  startTestNetwork,
  type TestNetwork,
  type TestNetworkOptions,
} from '@kilde/demo/test-network'
import { type OrganizationKey, organizations, patients, personas } from '@kilde/people'
import { runHere } from './kit.js'

export interface RunningDemo {
  readonly network: TestNetwork
  /** Runs the command as users do, as a process from `dist`: `npm test` builds first. */
  program(args: readonly string[], stdin?: string): Promise<Ran>
  /** Runs the command in this process, which is faster. */
  kilde(...args: readonly string[]): Promise<Ran>
  stop(): Promise<void>
}

export interface RunningDemoOptions extends TestNetworkOptions {
  /** What the services' settings name as KILDE_HEALTH_TOKEN. */
  readonly healthToken?: string
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A network in this process, announced as a running demo is, so that commands find it. */
export async function startRunningDemo(
  keys: readonly OrganizationKey[],
  { healthToken, ...options }: RunningDemoOptions,
): Promise<RunningDemo> {
  if (!existsSync(PROGRAM)) throw new Error('build first: node infra/build.mjs')
  const network = await startTestNetwork({ ...options, organizations: keys })
  const portBase = new URL(network.gateway).port
  const directory = demoDirectory(Number(portBase))
  await mkdir(directory, { recursive: true })
  await writeFile(
    join(directory, 'demo.json'),
    JSON.stringify(await describe(network, keys, directory, healthToken)),
  )
  return {
    network,
    program: (args, stdin) => run(args, portBase, stdin),
    kilde: (...args) => runHere(args, { env: { KILDE_PORT_BASE: portBase } }),
    async stop() {
      await rm(directory, { recursive: true, force: true })
      await network.stop()
    },
  }
}

async function describe(
  network: TestNetwork,
  keys: readonly OrganizationKey[],
  directory: string,
  healthToken: string | undefined,
): Promise<DemoFile> {
  const client = async (clientId: string) => {
    const keyFile = join(directory, `${clientId}.json`)
    await writeFile(keyFile, JSON.stringify(network.clientKey(clientId)))
    return { clientId, keyFile }
  }
  const { gateway, issuer: identity, registry, privacy } = network
  return {
    ...{ startedAt: new Date().toISOString(), gateway, identity, registry, privacy },
    pid: process.pid,
    services: [],
    personas: personas.map(({ key, name, about }) => ({ key, name, about })),
    organizations: await Promise.all(
      keys.map(async (key) => {
        const { number, name } = organizations[key]
        return {
          ...{ key, number, name, pid: process.pid },
          address: network.endpoints[key] ?? '',
          audience: `kilde:organization:${number}`,
          ingest: await client(`kilde-ingest-${number}`),
        }
      }),
    ),
    patients: (['copd', 'none'] as const).map((key) => ({
      ...{ ...patients[key], key, rows: {} },
      organizations: patients[key].organizations.map((one) => organizations[one].number),
    })),
    ...(await operator(directory, healthToken)),
    audit: { keyFile: '/nowhere/audit.json' },
    ...(await joining(network, directory)),
    clients: {
      cli: { ...(await client('kilde-cli')), redirectUri: 'http://127.0.0.1/kilde/signed-in' },
      admin: await client('kilde-admin'),
    },
  }
}

async function operator(directory: string, token: string | undefined) {
  if (token === undefined) return {}
  const healthTokenFile = join(directory, 'health-token')
  await writeFile(healthTokenFile, token)
  return { operator: { healthTokenFile } }
}

/** What whoever runs the common services gives to those who join, and to those who try nodes. */
async function joining({ joining: given, issuerKey }: TestNetwork, directory: string) {
  const { privacyNodeKey, ...keys } = given
  const issuerKeyFile = join(directory, 'issuer.json')
  const privacyNodeKeyFile = join(directory, 'privacy-node-key')
  await mkdir(given.clientsDirectory, { recursive: true })
  await writeFile(issuerKeyFile, JSON.stringify(issuerKey))
  await writeFile(privacyNodeKeyFile, privacyNodeKey)
  return { issuerKeyFile, joining: { ...keys, privacyNodeKeyFile } }
}

async function run(args: readonly string[], portBase: string, stdin = ''): Promise<Ran> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'], KILDE_PORT_BASE: portBase },
  })
  child.stdin.end(stdin)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}
