import { createHash } from 'node:crypto'
import { z } from 'zod'
import { createReader, notOpened } from './frames.js'

/** What is told before all tables. */
const header = z.object({
  format: z.literal(1),
  organization: z.string(),
  /** When it was taken (RFC 3339). */
  at: z.string(),
  /** The last migration that the database had. */
  version: z.string(),
})
export type BackupHeader = z.infer<typeof header>

const table = z.object({ name: z.string(), columns: z.array(z.string()) })
export type BackupTable = z.infer<typeof table>

/** What is told of each table behind it, and of all at the end. */
const sum = z.object({ rows: z.number().int(), sha256: z.string() })
export type TableSum = z.infer<typeof sum>

/** Kinds of sections, each `kind (1 byte), length (4 bytes), bytes`. */
const HEADER = 1
const TABLE = 2
const DATA = 3
const SUM = 4
const END = 5
/** Of the pieces that PostgreSQL gives, far less. */
const LARGEST = 1 << 28

const section = (kind: number, bytes: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.writeUInt8(kind)
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))

export const headerSection = (value: BackupHeader): Buffer => section(HEADER, json(value))
export const tableSection = (value: BackupTable): Buffer => section(TABLE, json(value))
export const dataSection = (bytes: Buffer): Buffer => section(DATA, bytes)
export const sumSection = (value: TableSum): Buffer => section(SUM, json(value))
export const endSection = (tables: number): Buffer => section(END, json({ tables }))

/** What a reader of a backup does with it. */
export interface BackupSink {
  begin(header: BackupHeader): Promise<void>
  /** @returns the number of rows that were taken */
  table(table: BackupTable, data: AsyncIterable<Buffer>): Promise<number>
}

/** Reads all sections to the end. @throws OrganizationError `BACKUP_NOT_OPENED` where sums or the end are not as told */
export async function readSections(
  parts: AsyncIterable<Buffer>,
  sink: BackupSink,
): Promise<readonly (TableSum & BackupTable)[]> {
  const reader = createReader(parts)
  const next = async (): Promise<readonly [kind: number, bytes: Buffer]> => {
    const head = await reader.take(5)
    const length = head.length === 5 ? head.readUInt32BE(1) : LARGEST
    const bytes = length < LARGEST ? await reader.take(length) : Buffer.alloc(0)
    if (bytes.length < length) throw notOpened('a section is cut')
    return [head.readUInt8(), bytes]
  }
  const [first, about] = await next()
  if (first !== HEADER) throw notOpened('it does not begin with its header')
  await sink.begin(header.parse(JSON.parse(about.toString())))
  const done: (TableSum & BackupTable)[] = []
  for (;;) {
    const [kind, bytes] = await next()
    if (kind === END) {
      const { tables } = z.object({ tables: z.number() }).parse(JSON.parse(bytes.toString()))
      if (tables !== done.length) throw notOpened('tables are missing')
      return done
    }
    if (kind !== TABLE) throw notOpened('a table was expected')
    done.push(await readTable(table.parse(JSON.parse(bytes.toString())), next, sink))
  }
}

async function readTable(
  about: BackupTable,
  next: () => Promise<readonly [kind: number, bytes: Buffer]>,
  sink: BackupSink,
): Promise<TableSum & BackupTable> {
  const digest = createHash('sha256')
  let told: TableSum | undefined
  async function* data(): AsyncGenerator<Buffer> {
    for (;;) {
      const [kind, bytes] = await next()
      if (kind === SUM) {
        told = sum.parse(JSON.parse(bytes.toString()))
        return
      }
      if (kind !== DATA) throw notOpened('rows were expected')
      digest.update(bytes)
      yield bytes
    }
  }
  const rows = await sink.table(about, data())
  if (!told || told.rows !== rows || told.sha256 !== digest.digest('hex')) {
    throw notOpened(`${about.name} is not what was backed up`)
  }
  return { ...about, ...told }
}
