import { readdir } from 'node:fs/promises'
import { type AuditReader, auditReader } from '@kilde/audit'
import { z } from 'zod'
import { readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { pathOf, readText, unreadable } from '../files.js'
import type { Surroundings } from '../surroundings.js'

/** Which logs a command is about. */
export interface LogChoice {
  readonly keys?: string
  readonly service?: string
  readonly owner?: string
  readonly portBase?: string
}

export interface ChosenLog {
  readonly service: string
  readonly reader: AuditReader
}

const key = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')
const entries = z.array(
  z.strictObject({
    service: z.string().min(1),
    directory: z.string().min(1),
    key,
    previousKeys: z.array(key).optional(),
    owner: z.string().optional(),
  }),
)
type Entry = z.infer<typeof entries>[number]

/** @throws CliError `AUDIT_KEYS_MALFORMED`, `AUDIT_LOG_UNKNOWN` where nothing was written yet */
export async function chooseLogs(
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<readonly ChosenLog[]> {
  const all = (await readEntries(choice, surroundings)).filter(
    ({ service }) => choice.service === undefined || service === choice.service,
  )
  const found: ChosenLog[] = []
  for (const entry of all) {
    for (const owner of await ownersOf(entry, surroundings)) {
      if (choice.owner !== undefined && owner !== choice.owner) continue
      found.push({ service: entry.service, reader: readerOf(entry, owner, surroundings) })
    }
  }
  if (found.length === 0) throw new CliError('AUDIT_LOG_UNKNOWN')
  return found
}

/** @throws CliError `USAGE` where it is not exactly one */
export async function chooseLog(choice: LogChoice, surroundings: Surroundings): Promise<ChosenLog> {
  const [first, ...others] = await chooseLogs(choice, surroundings)
  if (!first) throw new CliError('AUDIT_LOG_UNKNOWN')
  if (others.length === 0) return first
  const names = [first, ...others].map(({ service, reader }) => `${service} ${reader.owner}`)
  throw new CliError('USAGE', {
    text: `Say which log by --service and --owner: ${names.join(', ')}.`,
  })
}

async function readEntries(
  { keys, portBase }: LogChoice,
  surroundings: Surroundings,
): Promise<readonly Entry[]> {
  const file = keys ?? (await readDemo(portBase, surroundings)).audit.keyFile
  const read = entries.safeParse(parse(await readText(file, surroundings.folder)))
  if (read.success) return read.data
  const places = read.error.issues.map(({ path }) => path.join('.') || 'the whole')
  throw new CliError('AUDIT_KEYS_MALFORMED', {
    text: `${file} is not of the form of a file of keys: ${places.join(', ')}.`,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Owners whose folders are there. */
async function ownersOf({ directory, owner }: Entry, { folder }: Surroundings): Promise<string[]> {
  const names = await readdir(pathOf(directory, folder)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    throw unreadable(directory, cause)
  })
  const owners = names.filter((name) => /^(\d{9}|citizens)$/.test(name)).sort()
  return owner === undefined ? owners : owners.filter((name) => name === owner)
}

function readerOf(entry: Entry, owner: string, { folder }: Surroundings): AuditReader {
  const { key: current, previousKeys } = entry
  return auditReader({
    directory: pathOf(entry.directory, folder),
    owner,
    key: current,
    ...(previousKeys && { previousKeys }),
  })
}
