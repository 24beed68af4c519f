import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Listener, listeners } from '@kilde/demo/network'
import { type Authority, createAuthority } from './certificates.js'
import { type ContainersPlan, createPlan, STATE } from './plan.js'
import { createMoreNodes, type MoreNode, settingsOfMore, withClients } from './scale/more-nodes.js'
import { GIVEN, settingsOf } from './settings-of.js'

/** Host names of what answers for a listener, and of the containers behind it. */
const NAMES: Partial<Record<Listener | 'redis', readonly string[]>> = {
  gateway: ['gateway', 'gateway-1', 'gateway-2', 'localhost'],
  identity: ['identity', 'localhost'],
}
/** Settings that are no secret: they stand in the environment, where `docker inspect` shows them. */
const OPEN =
  /^(KILDE_(HOST|PORT|PUBLIC_URL|ISSUER|LOG_LEVEL|DRAIN_MS|CLIENT_ID|ORGANIZATION|REGISTRY_URL|PRIVACY_URL|BASE_DATA_URL|TLS_CERTIFICATE_PATH|TLS_KEY_PATH|GRAPHIQL_IN_PRODUCTION)|KILDE_.*DIRECTORY|REDIS_URL|OTEL_[A-Z_]+)$/

/**
 * Writes what the containers of a network are given, all of it new: for each a folder with its secrets as files, its
 * certificate and a file of settings.
 * @param directory of the network, as the compose file names it (`KILDE_CONTAINERS`)
 * @param nodes as many as the overlay has (`compose.scale.yaml`). Default: those of the demo
 */
export async function writeNetwork(directory: string, nodes = 0): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const containers = await createPlan()
  const more = await createMoreNodes(nodes)
  const authority = await createAuthority('Kilde, network of containers')
  for (const name of [...listeners, 'redis'] as const) {
    const folder = await makeFolder(directory, name)
    await putPair(folder, authority, NAMES[name] ?? [name])
    if (name === 'identity') {
      await putSettings(folder, withClients(settingsOf(containers, name), more))
    } else if (name !== 'redis') await putSettings(folder, settingsOf(containers, name))
  }
  for (const node of more) {
    const folder = await makeFolder(directory, node.name)
    await putPair(folder, authority, [node.name])
    await putSettings(folder, settingsOfMore(containers, node))
  }
  await putFiller(directory, { containers, more, authority: authority.certificate })
  for (const [name, password] of Object.entries(containers.databases)) {
    await put(await makeFolder(directory, `${name}-db`), { 'settings.env': postgres(password) })
  }
}

/** Closed by the folder above it; a container, which mounts it alone, may run as whoever its image says. */
async function makeFolder(directory: string, name: string): Promise<string> {
  const folder = join(directory, name)
  await mkdir(folder, { mode: 0o755 })
  return folder
}

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o644 })
  }
}

async function putPair(
  folder: string,
  authority: Authority,
  names: readonly string[],
): Promise<void> {
  const { certificate, key } = await authority.issue(names)
  await put(folder, { 'ca.crt': authority.certificate, 'tls.crt': certificate, 'tls.key': key })
}

/** Secrets become files, which `<NAME>_FILE` names. */
async function putSettings(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = [`NODE_EXTRA_CA_CERTS=${GIVEN}/ca.crt`]
  for (const [name, value] of Object.entries(settings)) {
    if (OPEN.test(name)) lines.push(`${name}=${value}`)
    else {
      lines.push(`${name}_FILE=${GIVEN}/${name}`)
      await put(folder, { [name]: value })
    }
  }
  await put(folder, { 'settings.env': `${lines.join('\n')}\n` })
}

interface Filling {
  readonly containers: ContainersPlan
  readonly more: readonly MoreNode[]
  /** Certificate. */
  readonly authority: string
}

/** For the container that fills the network and then runs the commands. */
async function putFiller(
  directory: string,
  { containers, more, authority }: Filling,
): Promise<void> {
  await put(await makeFolder(directory, 'kilde'), {
    'ca.crt': authority,
    'plan.json': JSON.stringify(containers.plan),
    'more.json': JSON.stringify(more.map(({ name, number }) => ({ name, number }))),
    'settings.env': `NODE_EXTRA_CA_CERTS=${GIVEN}/ca.crt\nKILDE_DEMO_DIRECTORY=${STATE}\n`,
  })
}

const postgres = (password: string): string =>
  `POSTGRES_USER=kilde\nPOSTGRES_DB=kilde\nPOSTGRES_PASSWORD=${password}\n`
