import { createHash } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AuditReader, type FoundRecord, toAuditEvent } from '@kilde/audit'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { chooseLog, type LogChoice } from './logs.js'

export interface ExportOptions extends LogChoice {
  readonly to: string
  readonly from?: string
  readonly until?: string
}

const EVENTS = 'audit-events.ndjson'

/** Writes a log, or a time of it, as AuditEvents with a signed manifest. Only a log that is whole is exported. */
export async function exportLog(
  options: ExportOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { from, until } = options
  const fromMs = instantOf(from, '--from') ?? -Infinity
  const untilMs = instantOf(until, '--until') ?? Infinity
  const { reader } = await chooseLog(options, surroundings)
  const { out } = surroundings
  const verdict = await reader.verify()
  if (!verdict.ok) {
    out.write(`nothing exported: the log is bad from record ${verdict.firstBad} on\n`)
    return exitCodes.failed
  }
  const folder = pathOf(options.to, surroundings.folder)
  await newFolder(folder, options.to)
  const { treeHead } = await reader.prove(surroundings.now())
  const { count, digest } = await writeEvents(
    reader,
    join(folder, EVENTS),
    ({ sequence, record }) => {
      const atMs = Date.parse(record.at)
      return sequence <= treeHead.treeSize && atMs >= fromMs && atMs < untilMs
    },
  )
  const manifest = reader.sign('kilde-audit-export+jwt', {
    log: reader.owner,
    exportedAt: new Date(surroundings.now()).toISOString(),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    file: EVENTS,
    events: count,
    sha256: digest,
    treeHead: treeHead.jws,
  })
  await writeFile(join(folder, 'manifest.jws'), `${manifest}\n`, { mode: 0o600 })
  await writeFile(
    join(folder, 'keys.json'),
    `${JSON.stringify({ keys: reader.publicKeys() }, null, 2)}\n`,
    { mode: 0o600 },
  )
  out.write(`${count} AuditEvents exported of ${treeHead.treeSize} records, sha256 ${digest}\n`)
  return exitCodes.done
}

async function writeEvents(
  reader: AuditReader,
  path: string,
  isWanted: (found: FoundRecord) => boolean,
): Promise<{ readonly count: number; readonly digest: string }> {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o600)
  let count = 0
  try {
    for await (const found of reader.records()) {
      if (!isWanted(found)) continue
      const event = toAuditEvent(found.record, { log: reader.owner, sequence: found.sequence })
      const line = `${JSON.stringify(event)}\n`
      hash.update(line)
      await file.appendFile(line)
      count += 1
    }
  } finally {
    await file.close()
  }
  return { count, digest: hash.digest('base64url') }
}

/** What an earlier export wrote is never mixed with this one. */
async function newFolder(path: string, name: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (cause) {
    throw new CliError('USAGE', {
      cause,
      text: `--to takes a folder that is not there yet, in one that is: ${name} cannot be made.`,
    })
  }
}

function instantOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  throw new CliError('USAGE', { text: `${option} takes an instant such as 2026-11-22T10:00:00Z.` })
}
