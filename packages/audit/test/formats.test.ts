import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { checkReceipt, verifyAuditLog } from '../src/index.js'
import { writeFirstFormat } from './first-format.js'
import { allOf, aRead, KEY, OWNER, open, requestIds, segmentPaths, withFolder } from './kit.js'

const OTHER = new Uint8Array(32).fill(8)
const verify = (directory: string, more: object = {}) =>
  verifyAuditLog({ directory, owner: OWNER, key: KEY, ...more })

describe('a log of format 1', () => {
  const old = [aRead('one'), aRead('two'), aRead('three')]

  it('is read and verified as it is', () =>
    withFolder(async (directory) => {
      await writeFirstFormat(directory, old)
      expect(await allOf(directory)).toEqual(old)
      expect(await verify(directory)).toMatchObject({ records: 3, ok: true, treeHeads: 0 })
    }))

  it('goes on in format 2, in one chain and one tree, with look-ups and receipts over both', () =>
    withFolder(async (directory) => {
      await writeFirstFormat(directory, old)
      const log = await open(directory)
      await log.append(aRead('four'))
      const found: number[] = []
      for await (const { sequence } of log.find({})) found.push(sequence)
      expect(found).toEqual([4, 3, 2, 1])
      const keys = log.publicKeys()
      expect(checkReceipt(await log.receipt(4), keys).record).toEqual(aRead('four'))
      // What is proved of an old record is its sealed line: its hash says nothing of what is in it.
      expect(checkReceipt(await log.receipt(2), keys)).toMatchObject({ record: undefined })
      await log.close()
      expect(await requestIds(directory)).toEqual(['one', 'two', 'three', 'four'])
      expect(await verify(directory)).toMatchObject({ records: 4, ok: true, treeHeads: 1 })
    }))

  it('is found changed', () =>
    withFolder(async (directory) => {
      await writeFirstFormat(directory, old)
      await (await open(directory)).close()
      const [path = ''] = await segmentPaths(directory)
      const text = await readFile(path, 'utf8')
      const at = text.indexOf('\n') + 120
      await writeFile(
        path,
        `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`,
      )
      expect(await verify(directory)).toMatchObject({ records: 1, ok: false, firstBad: 2 })
    }))
})

describe('a log whose key was changed', () => {
  it('opens with the old key beside the new one, and says by which tree heads are signed', () =>
    withFolder(async (directory) => {
      const before = await open(directory)
      await before.append(aRead('one'))
      await before.close()
      const rotated = { key: OTHER, previousKeys: [KEY] }
      const log = await open(directory, rotated)
      await log.append(aRead('two'))
      const [kid, oldKid] = log.publicKeys().map((key) => key.kid)
      expect(oldKid).toBe(before.publicKeys()[0]?.kid)
      expect(kid).not.toBe(oldKid)
      for (const [sequence, id] of [
        [1, 'one'],
        [2, 'two'],
      ] as const)
        expect(checkReceipt(await log.receipt(sequence), log.publicKeys()).record).toEqual(
          aRead(id),
        )
      await log.close()
      expect(await verify(directory, rotated)).toMatchObject({ records: 2, ok: true, treeHeads: 2 })
      expect(await verify(directory, { key: OTHER })).toMatchObject({ ok: false, firstBad: 1 })
      expect(await verify(directory)).toMatchObject({ ok: false })
    }))

  it('takes a signing key of its own', () =>
    withFolder(async (directory) => {
      const { generateKey, publicPart } = await import('@kilde/trust')
      const signingKey = await generateKey()
      const log = await open(directory, { signingKey })
      await log.append(aRead('one'))
      expect(log.publicKeys()).toEqual([publicPart(signingKey)])
      expect(checkReceipt(await log.receipt(1), [publicPart(signingKey)]).record).toEqual(
        aRead('one'),
      )
      await log.close()
      expect(await verify(directory, { signingKey })).toMatchObject({ ok: true, treeHeads: 1 })
      // Signed by a key that nobody named.
      expect(await verify(directory)).toMatchObject({ ok: false })
    }))
})
