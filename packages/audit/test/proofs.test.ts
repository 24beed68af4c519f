import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { compactVerify, importJWK, type JWK } from 'jose'
import type { AuditLog, AuditReceipt } from '../src/index.js'
import { checkConsistency, checkReceipt, verifyAuditLog } from '../src/index.js'
import { aRead, KEY, OWNER, open, withFolder } from './kit.js'
import { rootFrom, rootsFrom } from './rfc6962.js'

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')
const verify = (directory: string) => verifyAuditLog({ directory, owner: OWNER, key: KEY })

async function fill(log: AuditLog, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await log.append(aRead(`r${n}`))
}

describe('a receipt', () => {
  it('is proved with nothing of ours: the RFC’s hashes and a JWS library', () =>
    withFolder(async (directory) => {
      const log = await open(directory, { segmentBytes: 2_000 })
      await fill(log, 1, 21)
      for (let sequence = 1; sequence <= 21; sequence++) {
        const receipt = await log.receipt(sequence)
        const [jwk] = log.publicKeys()
        const key = await importJWK(jwk as JWK, 'ES256')
        const { payload } = await compactVerify(receipt.treeHead.jws, key)
        const said = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
        expect(said).toMatchObject({ log: OWNER, tree_size: 21 })
        const entry = bytes(receipt.entry)
        const path = receipt.auditPath.map(bytes)
        const root = rootFrom(receipt.leafIndex, 21, entry, path).toString('base64url')
        expect(root).toBe(said['sha256_root_hash'])
        expect(JSON.parse(entry.subarray(16).toString('utf8'))).toEqual(aRead(`r${sequence}`))
        expect(checkReceipt(receipt, log.publicKeys()).record).toEqual(aRead(`r${sequence}`))
      }
      await log.close()
    }))

  it('proves nothing once any part of it is changed, or with another’s keys', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      const other = await open(directory, { owner: '310000205' })
      await fill(log, 1, 5)
      const receipt = await log.receipt(3)
      const another = await log.receipt(4)
      const [head = '', body = '', signature = ''] = receipt.treeHead.jws.split('.')
      const larger = Buffer.from(
        Buffer.from(body, 'base64url').toString().replace('"tree_size":5', '"tree_size":6'),
      )
      const jws = (...parts: readonly string[]) => ({
        treeHead: { ...receipt.treeHead, jws: parts.join('.') },
      })
      const forged: readonly Partial<AuditReceipt>[] = [
        { leafIndex: 3 },
        { entry: another.entry },
        { auditPath: another.auditPath },
        { auditPath: [] },
        jws(head, larger.toString('base64url'), signature),
        jws(head, body, another.treeHead.jws.split('.')[2]?.replace(/^../, 'AA') ?? ''),
        jws('e30', body, signature),
        jws(''),
      ]
      const invalid = {
        code: 'AUDIT_PROOF_INVALID',
        publicText: 'The proof about the access log does not hold.',
      }
      const thrownBy = (one: AuditReceipt, keys = log.publicKeys()) => {
        try {
          return checkReceipt(one, keys)
        } catch (error) {
          return error
        }
      }
      expect(thrownBy(receipt)).toMatchObject({ record: aRead('r3') })
      for (const change of forged)
        expect(thrownBy({ ...receipt, ...change })).toMatchObject(invalid)
      expect(thrownBy(receipt, other.publicKeys())).toMatchObject(invalid)
      await Promise.all([log.close(), other.close()])
    }))

  it('is not made for a record that is not there', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await fill(log, 1, 2)
      for (const sequence of [0, 3, -1, 1.5, Number.NaN]) {
        await expect(log.receipt(sequence)).rejects.toMatchObject({
          code: 'AUDIT_RECORD_UNKNOWN',
          publicText: 'There is no such record in the access log.',
        })
      }
      await expect(log.consistency(3)).rejects.toMatchObject({ code: 'AUDIT_RECORD_UNKNOWN' })
      await log.close()
    }))
})

describe('signed tree heads', () => {
  it('are each consistent with each later one, by the RFC’s hashes, over restarts', () =>
    withFolder(async (directory) => {
      const kept = []
      for (let turn = 0; turn < 5; turn++) {
        const log = await open(directory)
        await fill(log, turn * 3 + 1, turn * 3 + 3)
        kept.push(await log.treeHead())
        await log.close()
      }
      const log = await open(directory)
      for (const earlier of kept) {
        const proof = await log.consistency(earlier.treeSize)
        expect(checkConsistency(earlier, proof, log.publicKeys()).treeSize).toBe(15)
        const [before, after] = rootsFrom(
          earlier.treeSize,
          15,
          bytes(earlier.rootHash),
          proof.path.map(bytes),
        )
        expect(before).toEqual(bytes(earlier.rootHash))
        expect(after).toEqual(bytes(proof.treeHead.rootHash))
      }
      await log.close()
      expect(await verify(directory)).toMatchObject({ ok: true, records: 15, treeHeads: 6 })
    }))

  it('are signed by themselves while records come', () =>
    withFolder(async (directory) => {
      const log = await open(directory, { treeHeadMs: 5 })
      await fill(log, 1, 3)
      while ((await verify(directory)).treeHeads === 0)
        await new Promise((resolve) => setTimeout(resolve, 5))
      await log.close()
    }))

  it('show an older log that was put back, and a second one beside the first', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await fill(log, 1, 4)
      await log.close()
      const copy = join(directory, 'copy')
      await cp(join(directory, OWNER), join(copy, OWNER), { recursive: true })
      const first = await open(directory)
      await fill(first, 5, 8)
      const seen = await first.treeHead()
      await first.close()
      // The copy goes on by itself: whole in itself, and yet not what was seen.
      const second = await open(copy)
      await expect(second.consistency(seen.treeSize)).rejects.toMatchObject({
        code: 'AUDIT_RECORD_UNKNOWN',
      })
      await fill(second, 105, 110)
      const proof = await second.consistency(seen.treeSize)
      expect(await verify(copy)).toMatchObject({ ok: true })
      expect(() => checkConsistency(seen, proof, second.publicKeys())).toThrow(/does not hold/)
      await second.close()
    }))
})

describe('what is made of the records', () => {
  const derived = async (directory: string): Promise<readonly string[]> =>
    (await readdir(join(directory, OWNER))).filter((name) => /^tree$|\.index$/.test(name))

  it('is made again where it is gone or spoilt', () =>
    withFolder(async (directory) => {
      const log = await open(directory, { segmentBytes: 2_000 })
      await fill(log, 1, 15)
      const [before, size] = [await log.receipt(7), (await log.treeHead()).treeSize]
      await log.close()
      const names = await derived(directory)
      expect(names.length).toBeGreaterThan(3)
      for (const spoil of ['remove', 'zero', 'shorten'] as const) {
        for (const name of names) await spoilFile(join(directory, OWNER, name), spoil)
        const again = await open(directory, { segmentBytes: 2_000 })
        expect((await again.receipt(7)).auditPath.length).toBe(before.auditPath.length)
        expect(checkReceipt(await again.receipt(7), again.publicKeys()).record).toEqual(aRead('r7'))
        expect((await again.treeHead()).treeSize).toBe(size)
        const found = []
        for await (const { sequence } of again.find({ order: 'OLDEST_FIRST' })) found.push(sequence)
        expect(found).toEqual(Array.from({ length: 15 }, (_, n) => n + 1))
        await again.close()
      }
    }))

  it('does not go on from records that are not those of a signed tree head', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await fill(log, 1, 4)
      await log.close()
      const copy = join(directory, 'copy')
      const other = await open(copy)
      await fill(other, 1, 6)
      await other.close()
      await cp(join(directory, OWNER, 'tree-heads'), join(copy, OWNER, 'tree-heads'))
      await expect(open(copy)).rejects.toMatchObject({ code: 'AUDIT_LOG_DAMAGED' })
      expect(await verify(copy)).toMatchObject({ ok: false, records: 3, firstBad: 4 })
    }))
})

async function spoilFile(path: string, how: 'remove' | 'zero' | 'shorten'): Promise<void> {
  const { readFile, writeFile } = await import('node:fs/promises')
  if (how === 'remove') return rm(path)
  const content = await readFile(path)
  await writeFile(path, how === 'zero' ? Buffer.alloc(content.length) : content.subarray(0, 33))
}
