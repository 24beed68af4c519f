import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server, silentLogger } from '@kilde/service'
import {
  type AuditLog,
  checkConsistency,
  openAuditLookup,
  publishAuditLogs,
  type SignedTreeHead,
  verifyAuditLog,
} from '../src/index.js'
import { aRead, KEY, OWNER, open, withFolder } from './kit.js'
import { rootsFrom } from './rfc6962.js'

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')

describe('a published log', () => {
  let server: Server
  let url = ''
  let logs: Readonly<Record<string, AuditLog>> = {}
  beforeEach(async () => {
    server = createServer({ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] })
    publishAuditLogs(server, '/audit/:log', async (name) => logs[name]?.published)
    url = await server.listen(0, '127.0.0.1')
  })
  afterEach(() => server.stop())

  const get = async (path: string) => {
    const answer = await fetch(`${url}/audit/${OWNER}/${path}`)
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }
  const code = async (path: string) => {
    const { status, body } = await get(path)
    return [status, (body as { errors: { extensions: object }[] }).errors[0]?.extensions]
  }
  const fill = async (log: AuditLog, from: number, to: number) => {
    for (let n = from; n <= to; n++) await log.append(aRead(`r${n}`))
  }

  it('tells its keys and newest tree head, and proves by the RFC’s hashes that it has only grown', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      logs = { [OWNER]: log }
      const seen: SignedTreeHead[] = []
      for (let turn = 0; turn < 4; turn++) {
        await fill(log, turn * 3 + 1, turn * 3 + 3)
        await log.treeHead()
        seen.push((await get('tree-head')).body as SignedTreeHead)
      }
      const { keys } = (await get('keys')).body as { keys: ReturnType<AuditLog['publicKeys']> }
      expect(keys).toEqual(log.publicKeys())
      const [latest] = seen.slice(-1) as [SignedTreeHead]
      expect(latest.treeSize).toBe(12)
      for (const earlier of seen) {
        const { body } = await get(`consistency?from=${earlier.treeSize}&to=12`)
        expect(body).toMatchObject({ log: OWNER, fromSize: earlier.treeSize, toSize: 12 })
        const { path } = body as { path: string[] }
        const proof = { fromSize: earlier.treeSize, path, treeHead: latest }
        expect(checkConsistency(earlier, proof, keys).treeSize).toBe(12)
        if (earlier.treeSize === 12) continue
        const roots = rootsFrom(earlier.treeSize, 12, bytes(earlier.rootHash), path.map(bytes))
        expect(roots).toEqual([bytes(earlier.rootHash), bytes(latest.rootHash)])
      }
      await log.close()
    }))

  it('signs and writes nothing for who asks, and tells nothing before its first tree head', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      logs = { [OWNER]: log }
      await fill(log, 1, 3)
      const unknown = [404, { code: 'AUDIT_TREE_HEAD_UNKNOWN' }]
      for (const path of ['tree-head', 'consistency?from=1&to=3'])
        expect(await code(path)).toEqual(unknown)
      const before = await log.treeHead()
      await fill(log, 4, 5)
      expect((await get('tree-head')).body).toEqual(before)
      expect(await code('consistency?from=3&to=5')).toEqual(unknown)
      const verdict = await verifyAuditLog({ directory, owner: OWNER, key: KEY })
      expect(verdict).toMatchObject({ records: 5, treeHeads: 1 })
      await log.close()
    }))

  it('takes two sizes in their order and nothing else, and knows only its own logs', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      logs = { [OWNER]: log }
      await fill(log, 1, 3)
      await log.treeHead()
      for (const sizes of ['', '?from=1', '?from=1&to=x', '?from=-1&to=2', '?from=1.5&to=2'])
        expect(await code(`consistency${sizes}`)).toEqual([400, { code: 'AUDIT_SIZES_MALFORMED' }])
      for (const sizes of ['from=1&to=4', 'from=3&to=2', 'from=999999999999999&to=999999999999999'])
        expect((await code(`consistency?${sizes}`))[0]).toBe(404)
      expect((await get('consistency?from=0&to=3')).body).toMatchObject({ path: [] })
      for (const name of ['310000205', 'security', '..%2f..', 'x'.repeat(100)]) {
        const { status } = await fetch(`${url}/audit/${name}/keys`)
        expect([name, status]).toEqual([name, 404])
      }
      await log.close()
    }))

  it('tells nothing of what stands in it', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      logs = { [OWNER]: log }
      await fill(log, 1, 3)
      await log.treeHead()
      const all = await Promise.all(['keys', 'tree-head', 'consistency?from=2&to=3'].map(get))
      const text = JSON.stringify(all.map(({ body }) => body))
      expect(text).not.toMatch(/08825133489|04918825601|Siri|TREAT|"d":/)
      const head = all[1]?.body as SignedTreeHead | undefined
      const [, payload = ''] = head?.jws.split('.') ?? []
      expect(Object.keys(JSON.parse(bytes(payload).toString()) as object)).toEqual([
        'log',
        'tree_size',
        'timestamp',
        'sha256_root_hash',
      ])
      await log.close()
    }))

  it('is told beside its writer as the writer tells it', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      logs = {}
      await fill(log, 1, 3)
      const head = await log.treeHead()
      const { published } = openAuditLookup({ directory, owner: OWNER, key: KEY })
      expect(await published.newestTreeHead()).toEqual(head)
      expect(await published.consistency(1, 3)).toEqual(await log.published.consistency(1, 3))
      expect(published.publicKeys()).toEqual(log.publicKeys())
      await log.close()
    }))
})
