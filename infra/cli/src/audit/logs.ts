import { readdir } from 'node:fs/promises'
import { AuditError, type AuditReader, auditReader, keysOfOwner } from '@kilde/audit'
import { listPostgresAuditOwners, postgresAuditReader } from '@kilde/audit/postgres'
import { CliError } from '../errors.js'
import { pathOf, unreadable } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { type KeyFileChoice, type LogEntry, readKeyFile } from './key-file.js'

/** Which logs a command is about. */
export interface LogChoice extends KeyFileChoice {
  readonly service?: string
  readonly owner?: string
}

export interface ChosenLog {
  readonly service: string
  readonly reader: AuditReader
}

/** @throws CliError `AUDIT_KEYS_MALFORMED`, `AUDIT_LOG_UNKNOWN` where nothing was written yet */
export async function chooseLogs(
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<readonly ChosenLog[]> {
  if (choice.database !== undefined && choice.service === undefined) {
    throw new CliError('USAGE', {
      text: '--database goes with --service: a database holds the logs of one node.',
    })
  }
  const all = (await readKeyFile(choice, surroundings)).filter(
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

/** Owners whose logs are there. */
async function ownersOf(entry: LogEntry, surroundings: Surroundings): Promise<readonly string[]> {
  const { owner } = entry
  const names =
    'databaseUrl' in entry
      ? await ownersInDatabase(entry.service, entry.databaseUrl)
      : await ownersInFolder(entry.directory, surroundings)
  const owners = names.filter((name) => /^(\d{9}|citizens|privacy)$/.test(name)).sort()
  return owner === undefined ? owners : owners.filter((name) => name === owner)
}

async function ownersInFolder(
  directory: string,
  { folder }: Surroundings,
): Promise<readonly string[]> {
  return readdir(pathOf(directory, folder)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    throw unreadable(directory, cause)
  })
}

/** Nothing of the database's own message, which may hold its address, is repeated. */
async function ownersInDatabase(service: string, databaseUrl: string): Promise<readonly string[]> {
  try {
    return await listPostgresAuditOwners(databaseUrl)
  } catch (cause) {
    if (!(cause instanceof AuditError)) throw cause
    throw new CliError('SERVICE_UNREACHABLE', {
      cause,
      text: `The database with the access log of ${service} cannot be read.`,
    })
  }
}

function readerOf(entry: LogEntry, owner: string, { folder }: Surroundings): AuditReader {
  const { key, previousKeys, organizationKeys } = entry
  const keys = keysOfOwner(owner, {
    key,
    ...(previousKeys && { previousKeys }),
    ...(organizationKeys && { organizationKeys }),
  })
  return 'databaseUrl' in entry
    ? postgresAuditReader({ databaseUrl: entry.databaseUrl, owner, ...keys })
    : auditReader({ directory: pathOf(entry.directory, folder), owner, ...keys })
}
