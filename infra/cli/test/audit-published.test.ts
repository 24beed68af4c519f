import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openAuditLog, openAuditLookup, publishAuditLogs } from '@kilde/audit'
import { createServer, type Server, silentLogger } from '@kilde/service'
import { aRead } from './audit-record.js'
import { runHere } from './kit.js'

const OWNER = '310000108'
const key = Buffer.alloc(32, 7)
let folder = ''
let server: Server
let url = ''
/** Folder of the log that the service shows. */
let shown = 'node'
const run = (...args: readonly string[]) => runHere(['audit', ...args], { folder })
const verifyAt = (...args: readonly string[]) =>
  run('verify', '--keys', 'audit.json', '--at', `${url}/audit`, ...args)
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

async function write(from: number, to: number, where = 'node'): Promise<void> {
  const log = await openAuditLog({
    ...{ directory: join(folder, where), owner: OWNER, key, logger: silentLogger },
  })
  for (let n = from; n <= to; n++) await log.append(aRead(n))
  await log.close()
}

describe('kilde audit, by what a service publishes', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-published-'))
    const keys = [{ service: 'node', directory: 'node', key: key.toString('base64url') }]
    await writeFile(join(folder, 'audit.json'), JSON.stringify(keys))
    await write(1, 4)
    await cp(join(folder, 'node'), join(folder, 'fork'), { recursive: true })
    server = createServer({ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] })
    publishAuditLogs(server, '/audit', async () => {
      const { published } = openAuditLookup({ directory: join(folder, shown), owner: OWNER, key })
      return published
    })
    url = await server.listen(0, '127.0.0.1')
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('prove keeps a tree head, and later shows that the log has only grown, without any key', async () => {
    const first = await run('prove', '--at', `${url}/audit/`, '--out', 'seen.json')
    expect([first.code, first.out]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^the log of ${OWNER} had 4 records at 20`)),
    ])
    await write(5, 7)
    const at = ['prove', '--at', `${url}/audit`, '--since', 'seen.json']
    const trusted = [...at, '--trust', 'seen.json.keys.json', '--out', 'later.json']
    expect(await run(...trusted)).toMatchObject({
      code: 0,
      out: 'only grown, from 4 to 7 records\n',
    })
    expect(await run(...at)).toMatchObject({ code: 0 })
  })

  it('prove checks somebody’s receipts against what is published', async () => {
    await run('prove', '--keys', 'audit.json', '--sequence', '3', '--out', 'receipts.json')
    const { code, out } = await run('prove', '--check', 'receipts.json', '--at', `${url}/audit`)
    expect([code, lastLine(out)]).toEqual([
      0,
      `1 records proved in the log of ${OWNER}, of 7 records`,
    ])
    expect(out).not.toContain('08825133489')
  })

  it('verify tells whether what is published is the log that lies here', async () => {
    const { code, out } = await verifyAt()
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('what is published is the beginning of this log, 7 records\n'),
    ])
  })

  it('prove and verify find a second log that is shown instead, and an older one', async () => {
    await write(105, 109, 'fork')
    shown = 'fork'
    const invalid = { code: 1, err: 'kilde: The proof about the access log does not hold.\n' }
    expect(await run('prove', '--at', `${url}/audit`, '--since', 'later.json')).toMatchObject(
      invalid,
    )
    expect(await run('prove', '--at', `${url}/audit`, '--check', 'receipts.json')).toMatchObject(
      invalid,
    )
    const verified = await verifyAt()
    expect([verified.code, verified.out]).toEqual([
      1,
      expect.stringContaining('what is published is not this log\n'),
    ])
    const heads = join(folder, 'fork', OWNER, 'tree-heads')
    const [oldest = ''] = (await readFile(heads, 'utf8')).trim().split('\n')
    await writeFile(heads, `${oldest}\n`)
    const older = await run('prove', '--at', `${url}/audit`, '--since', 'later.json')
    expect([older.code, older.err]).toEqual([1, expect.stringContaining('goes less far')])
    shown = 'node'
  })

  it('prove holds nothing by a key that was not seen before', async () => {
    await writeFile(join(folder, 'none.json'), '{"keys":[]}')
    const { code } = await run('prove', '--at', `${url}/audit`, '--trust', 'none.json')
    expect(code).toBe(1)
  })

  it.each([
    [['--at', 'gateway'], 2, 'takes the address of a published log'],
    [
      ['--at', 'http://127.0.0.1:1/audit', '--sequence', '1'],
      2,
      '--at goes with --since or --check',
    ],
    [['--at', 'http://127.0.0.1:1/audit', '--since', 'a', '--check', 'b'], 2, 'at most one of'],
    [['--at', 'http://127.0.0.1:1/audit'], 1, 'cannot be reached'],
  ])('prove refuses %j', async (args, expected, text) => {
    const { code, err } = await run('prove', ...args)
    expect([code, err]).toEqual([expected, expect.stringContaining(text)])
  })

  it('prove says so where nothing is published', async () => {
    const { code, err } = await run('prove', '--at', `${url}/elsewhere`)
    expect([code, err]).toEqual([1, expect.stringContaining('answered 404 at /elsewhere/keys')])
  })
})
