import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fromAuditEvent, openAuditLog } from '@kilde/audit'
import { silentLogger } from '@kilde/service'
import { decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose'
import { aRead } from './audit-record.js'
import { runHere } from './kit.js'

const OWNER = '310000108'
const key = Buffer.alloc(32, 7)

let folder = ''
const run = (...args: readonly string[]) =>
  runHere(['audit', ...args, '--keys', 'audit.json'], { folder })
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

async function write(from: number, to: number): Promise<void> {
  const log = await openAuditLog({
    directory: join(folder, 'node'),
    owner: OWNER,
    key,
    logger: silentLogger,
  })
  for (let n = from; n <= to; n++) await log.append(aRead(n))
  await log.close()
}

describe('kilde audit', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-audit-'))
    const keys = [{ service: 'node', directory: 'node', key: key.toString('base64url') }]
    await writeFile(join(folder, 'audit.json'), JSON.stringify(keys))
    await write(1, 4)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('verify checks every log and prints the figure last', async () => {
    const { code, out } = await run('verify')
    expect([code, lastLine(out)]).toEqual([0, '1 of 1 logs whole, 4 good records'])
  })

  it('prove makes receipts that hold by the public keys alone, and names nobody', async () => {
    const { code, out } = await run('prove', '--decision', 'd1', '--out', 'proofs.json')
    expect([code, lastLine(out)]).toEqual([
      0,
      `2 records proved in the log of ${OWNER}, of 4 records`,
    ])
    expect(out).not.toContain('08825133489')
    const checked = await run('prove', '--check', 'proofs.json', '--trust', 'proofs.json.keys.json')
    expect([checked.code, checked.out]).toEqual([0, out])
  })

  it('prove finds a changed receipt, and a key that is not the log’s', async () => {
    const text = await readFile(join(folder, 'proofs.json'), 'utf8')
    await writeFile(join(folder, 'forged.json'), text.replace('"leafIndex": 0', '"leafIndex": 1'))
    const forged = await run('prove', '--check', 'forged.json', '--trust', 'proofs.json.keys.json')
    expect([forged.code, forged.err]).toEqual([
      1,
      'kilde: The proof about the access log does not hold.\n',
    ])
    await writeFile(join(folder, 'none.json'), '{"keys":[]}')
    const other = await run('prove', '--check', 'proofs.json', '--trust', 'none.json')
    expect(other.code).toBe(1)
  })

  it('prove shows that a log has only grown since earlier proofs', async () => {
    await write(5, 7)
    const { code, out } = await run('prove', '--since', 'proofs.json')
    expect([code, out]).toEqual([0, 'only grown, from 4 to 7 records\n'])
  })

  it('export writes AuditEvents that are the records, and a manifest signed by the log', async () => {
    const until = aRead(7).at
    const { code, out } = await run('export', '--to', 'out', '--until', until)
    const text = await readFile(join(folder, 'out/audit-events.ndjson'), 'utf8')
    const sha256 = createHash('sha256').update(text).digest('base64url')
    expect([code, out]).toEqual([0, `6 AuditEvents exported of 7 records, sha256 ${sha256}\n`])
    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => fromAuditEvent(JSON.parse(line)))).toEqual(
      [1, 2, 3, 4, 5, 6].map(aRead),
    )
    const manifest = (await readFile(join(folder, 'out/manifest.jws'), 'utf8')).trim()
    const { keys } = JSON.parse(await readFile(join(folder, 'out/keys.json'), 'utf8')) as {
      keys: JWK[]
    }
    const jwk = keys.find(({ kid }) => kid === decodeProtectedHeader(manifest).kid) ?? {}
    const { payload } = await jwtVerify(manifest, await importJWK(jwk, 'ES256'))
    expect(payload).toMatchObject({ log: OWNER, events: 6, sha256, until })
    expect((await run('export', '--to', 'out')).code).toBe(2)
  })

  it.each([
    [['prove'], 'exactly one of'],
    [['prove', '--sequence', '1', '--decision', 'd1'], 'exactly one of'],
    [['prove', '--sequence', 'one'], 'whole number'],
    [['prove', '--check', 'proofs.json'], 'go together'],
    [['export', '--to', 'other', '--from', 'noon'], 'takes an instant'],
  ])('refuses the command line %j', async (args, text) => {
    const { code, err } = await run(...args)
    expect([code, err]).toEqual([2, expect.stringContaining(text)])
  })

  it.each([
    [['prove', '--sequence', '8'], 'There is no such record in the access log.'],
    [['verify', '--owner', '310000205'], 'There is no such access log.'],
  ])('fails where there is nothing of it: %j', async (args, text) => {
    expect(await run(...args)).toMatchObject({ code: 1, err: `kilde: ${text}\n` })
  })

  it('verify and export fail, and say where, once a record was changed', async () => {
    const path = join(folder, 'node', OWNER, '0000000000000001.jsonl')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"s":3', '"s":9'))
    const { code, out } = await run('verify')
    expect([code, lastLine(out)]).toEqual([1, '0 of 1 logs whole, 2 good records'])
    expect(out).toContain('bad from record 3 on')
    expect(await run('export', '--to', 'more')).toMatchObject({
      code: 1,
      out: 'nothing exported: the log is bad from record 3 on\n',
    })
  })

  it('refuses a file of keys that is none, and repeats none of it', async () => {
    await writeFile(
      join(folder, 'audit.json'),
      '[{"service":"node","directory":"x","key":"secret"}]',
    )
    const { code, err } = await run('verify')
    expect([code, err]).toEqual([
      1,
      'kilde: audit.json is not of the form of a file of keys: 0.key.\n',
    ])
  })
})
