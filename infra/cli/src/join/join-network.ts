import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OrganizationEntry } from '@kilde/catalogue'
import { contractVersion } from '@kilde/contract'
import { freePort } from '@kilde/service'
import { publicPart } from '@kilde/trust'
import { type Report, reportText } from '../conformance/report.js'
import { type DemoFile, readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf, readText } from '../files.js'
import { putOrganization } from '../registry/add-organization.js'
import { checkedEntry } from '../registry/checked-entry.js'
import { withRegistry } from '../registry/with-registry.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { newFolder, writeFolder } from './folder.js'
import { makeKeys } from './keys.js'
import { type Environment, nodeSettings } from './node-settings.js'
import { registerClients } from './register-clients.js'
import { type Trial, tryNode } from './try-node.js'

export interface JoinOptions {
  readonly number: string
  readonly name: string
  readonly kind: string
  /** Folder of the node's settings, keys and data. */
  readonly to: string
  readonly classes: readonly string[]
  readonly port?: string
  /** File with the value of KILDE_SOURCES. Default: the store. */
  readonly sources?: string
  readonly portBase?: string
}

/** Tester and node share this process's one thread: a proof may wait for it longer than on a wire. */
const patient = { KILDE_PROOF_SECONDS: '30' }
/** Longest time for one check (milliseconds). */
const CHECK_MS = 60_000

/**
 * All that an organisation does to take part, in order: keys and settings of a node, clients at the issuer, the entry in the
 * registry, and the node tried by every rule. Nobody asks it before somebody has read the report: it is PAUSED until then.
 */
export async function joinNetwork(
  options: JoinOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { err, out, folder: here } = surroundings
  const demo = await readDemo(options.portBase, surroundings)
  const joining = joiningOf(demo)
  const port = options.port === undefined ? await freePort('127.0.0.1') : portFrom(options.port)
  const keys = await makeKeys()
  const entry = entryOf(options, `http://127.0.0.1:${port}`, publicPart(keys.page))
  await requireNew(entry, options, surroundings)
  const sources = options.sources && (await readText(options.sources, here)).trim()
  const folder = await newFolder(pathOf(options.to, here), options.to)
  const master = await readFile(joining.privacyNodeKeyFile, 'utf8')
  const settings = (directory: string): Environment =>
    nodeSettings({ entry, port, directory }, keys, demo, master)
  await writeFolder(
    folder,
    { ...settings(folder), ...(sources && { KILDE_SOURCES: sources }) },
    keys,
  )
  await registerClients(entry, keys, joining.clientsDirectory)
  err.write(`Keys and settings are in ${options.to}; two clients are registered with the issuer.\n`)
  const trial = join(folder, 'trial')
  const tried = async (what: Trial): Promise<Report> => {
    try {
      return await tryNode(what, surroundings)
    } finally {
      await rm(trial, { recursive: true, force: true })
    }
  }
  const report = await tried({
    settings: { ...settings(trial), ...patient },
    ingestKey: keys.ingest,
    entry,
    register: () => register(entry, options, surroundings),
    demo,
    timeoutMs: CHECK_MS,
  })
  out.write(reportText(report, coloursFor(out)))
  err.write(closing(options, report.conforms))
  return report.conforms ? exitCodes.done : exitCodes.failed
}

function joiningOf({ joining }: DemoFile): NonNullable<DemoFile['joining']> {
  if (joining) return joining
  throw usage('The demo is of an older version: start it again.')
}

function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port > 0 && port <= 65_535) return port
  throw usage('--port takes a port, 1 to 65535.')
}

const entryOf = (
  { number, name, kind, classes }: JoinOptions,
  endpoint: string,
  pageKey: ReturnType<typeof publicPart>,
): OrganizationEntry & { readonly endpoint: string } => ({
  ...checkedEntry({
    ...{ number, name, kind: kind.toUpperCase(), endpoint, dataClasses: classes },
    ...{ state: 'PAUSED', servesCitizens: true, pageKeys: [pageKey] },
    contractVersion,
  }),
  endpoint,
})

/** Nobody takes another's number, or address, by mistake. */
async function requireNew(
  { number, endpoint }: OrganizationEntry,
  { portBase }: JoinOptions,
  surroundings: Surroundings,
): Promise<void> {
  await withRegistry(portBase, surroundings, async ({ admin }) => {
    const { organizations } = (await admin.overview()).state
    const other = organizations.find((one) => one.number === number || one.endpoint === endpoint)
    if (other) throw usage(`${other.name} (${other.number}) is in the registry already.`)
  })
}

/** With agreements with all members, as those of the demo have with each other. */
async function register(
  entry: OrganizationEntry,
  { portBase }: JoinOptions,
  surroundings: Surroundings,
): Promise<void> {
  await withRegistry(portBase, surroundings, async (administration) => {
    const wanted = { ...entry, member: true, agreeAll: true, classes: entry.dataClasses } as const
    await putOrganization(entry, wanted, administration, surroundings)
  })
}

function closing({ number, to, sources }: JoinOptions, conforms: boolean): string {
  const tried = sources ? 'A store stood in for its own sources.\n' : ''
  if (!conforms) return `${tried}It stays PAUSED: nobody asks it.\n`
  return `${tried}It is PAUSED. Start its node, and let it be asked:
  node --env-file=${join(to, 'node.env')} subgraphs/organization/dist/main.js
  npm run -s kilde -- registry activate ${number}\n`
}

const usage = (text: string): CliError => new CliError('USAGE', { text })
