import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditLogOptions, openAuditLog } from '@kilde/audit'
import { appendAll } from './fill.js'

/** A log in the middle of a write: its records are acknowledged, and of a batch behind them only a part arrived. */
export interface Interrupted {
  /** Number of records that were acknowledged. */
  readonly records: number
  /** Bytes of the batch. */
  readonly batch: Buffer
  /** Puts the log back to where only so much of the batch is on the disk, followed by `rest`. @returns whole records of it */
  tear(bytes: number, rest?: Buffer): Promise<number>
  close(): Promise<void>
}

/** @param options of a log that is closed and has records @param more records in the batch */
export async function interrupt(options: AuditLogOptions, more: number): Promise<Interrupted> {
  const folder = join(options.directory, options.owner)
  const kept = await mkdtemp(join(tmpdir(), 'kilde-torn-'))
  const names = await readdir(folder)
  const sizes = new Map<string, number>()
  for (const name of names.filter(isSegment)) sizes.set(name, (await stat(join(folder, name))).size)
  const others = names.filter((name) => !isSegment(name))
  for (const name of others) await cp(join(folder, name), join(kept, name))
  const log = await openAuditLog(options)
  const { treeSize: records } = await log.treeHead()
  await appendAll(log, records, records + more)
  await log.close()
  const last = (await readdir(folder)).filter(isSegment).sort().at(-1) ?? ''
  const bytes = await readFile(join(folder, last))
  const from = sizes.get(last) ?? 0
  const batch = bytes.subarray(from)
  return {
    records,
    batch,
    async tear(count, rest = Buffer.alloc(0)) {
      for (const name of await readdir(folder))
        if (!sizes.has(name) && name !== last) await rm(join(folder, name))
      for (const name of others) await cp(join(kept, name), join(folder, name))
      const arrived = bytes.subarray(0, from + count)
      await writeFile(join(folder, last), Buffer.concat([arrived, rest]))
      return arrived.subarray(from).filter((byte) => byte === LINE_FEED).length
    },
    close: () => rm(kept, { recursive: true, force: true }),
  }
}

const LINE_FEED = 10

const isSegment = (name: string): boolean => /^\d{16}\.jsonl$/.test(name)
