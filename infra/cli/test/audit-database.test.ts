import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fromAuditEvent } from '@kilde/audit'
import { openPostgresAuditLog } from '@kilde/audit/postgres'
import { silentLogger } from '@kilde/service'
import { startDatabase } from '../../../subgraphs/organization/test/kit/database.js'
import { aRead } from './audit-record.js'
import { runHere } from './kit.js'

const OWNER = '310000108'
const [OLD, KEY] = [6, 7].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer]
const text = (key: Buffer): string => key.toString('base64url')
const lastLine = (lines: string): string => lines.trimEnd().split('\n').at(-1) ?? ''

describe('kilde audit, of a log in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let databaseUrl = ''
  let folder = ''
  const run = (args: readonly string[], env: Record<string, string> = {}, keys = 'audit.json') =>
    runHere(['audit', ...args, '--keys', keys], { folder, env })
  const write = async (from: number, to: number, keys: object = {}) => {
    const log = await openPostgresAuditLog({
      ...{ databaseUrl, owner: OWNER, key: KEY, previousKeys: [OLD], logger: silentLogger },
      ...keys,
    })
    for (let n = from; n <= to; n++) await log.append(aRead(n))
    await log.close()
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-audit-database-'))
    database = await startDatabase({ durable: true })
    databaseUrl = await database.createDatabase('audit_cli')
    const keys = { service: 'node', key: text(KEY), previousKeys: [text(OLD)] }
    const save = (name: string, entry: object) =>
      writeFile(join(folder, name), JSON.stringify([entry]))
    await save('audit.json', { ...keys, databaseUrl })
    await save('files.json', { ...keys, directory: 'none' })
    // The key was changed after two records.
    await write(1, 2, { key: OLD, previousKeys: [] })
    await write(3, 5)
  }, 60_000)
  afterAll(async () => {
    await database?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('verify, prove and find do as with files, by the address in the file of keys', async () => {
    const verified = await run(['verify'])
    expect([verified.code, lastLine(verified.out)]).toEqual([
      0,
      '1 of 1 logs whole, 5 good records',
    ])
    const proved = await run(['prove', '--decision', 'd1', '--out', 'proofs.json'])
    expect([proved.code, lastLine(proved.out)]).toEqual([
      0,
      `3 records proved in the log of ${OWNER}, of 5 records`,
    ])
    expect(lastLine((await run(['find', '--decision', 'd0'])).out)).toBe('2 accesses')
    await write(6, 6)
    expect((await run(['prove', '--since', 'proofs.json'])).out).toBe(
      'only grown, from 5 to 6 records\n',
    )
  })

  it('export writes the records as AuditEvents', async () => {
    const { code, out } = await run(['export', '--to', 'out'])
    expect([code, out]).toEqual([0, expect.stringMatching(/^6 AuditEvents exported of 6 records/)])
    const lines = (await readFile(join(folder, 'out/audit-events.ndjson'), 'utf8')).trimEnd()
    expect(lines.split('\n').map((line) => fromAuditEvent(JSON.parse(line)))).toEqual(
      [1, 2, 3, 4, 5, 6].map(aRead),
    )
  })

  it('--database takes the address from the environment, and never from the command line', async () => {
    const chosen = ['verify', '--service', 'node', '--database', 'DATABASE_URL']
    const found = await run(chosen, { DATABASE_URL: databaseUrl }, 'files.json')
    expect([found.code, lastLine(found.out)]).toEqual([0, '1 of 1 logs whole, 6 good records'])
    const missing = await run(chosen, {}, 'files.json')
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('DATABASE_URL')])
    const all = await run(['verify', '--database', 'DATABASE_URL'], { DATABASE_URL: databaseUrl })
    expect([all.code, all.err]).toEqual([2, expect.stringContaining('goes with --service')])
  })

  it('says so where the database has no log, and where it cannot be read, without its address', async () => {
    const chosen = ['verify', '--service', 'node', '--database', 'URL']
    const empty = await run(chosen, { URL: await database.createDatabase('audit_none') })
    expect([empty.code, empty.err]).toEqual([1, 'kilde: There is no such access log.\n'])
    const url = 'postgresql://somebody:secret@127.0.0.1:1/none'
    const gone = await run(chosen, { URL: url })
    expect([gone.code, gone.err]).toEqual([
      1,
      'kilde: The database with the access log of node cannot be read.\n',
    ])
  })

  it('verify names the first record that opens with none of the keys named', async () => {
    const entry = { service: 'node', key: text(KEY), databaseUrl }
    await writeFile(join(folder, 'one-key.json'), JSON.stringify([entry]))
    const { code, out } = await run(['verify'], {}, 'one-key.json')
    expect([code, out]).toEqual([1, expect.stringContaining('bad from record 1 on')])
  })
})
