import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  type AuditLookup,
  checkReceipt,
  keysOfOwner,
  listAuditOwners,
  openAuditLookup,
} from '../src/index.js'
import { aRead, KEY, OWNER, open, segmentPaths, withFolder } from './kit.js'

const [NEW, GIVEN] = [9, 10].map((byte) => new Uint8Array(32).fill(byte)) as [
  Uint8Array,
  Uint8Array,
]
const patient = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const other = 'urn:oid:2.16.578.1.12.4.1.4.1|17855599120'
const rotated = { key: NEW, previousKeys: [KEY] }
/** One record in a file. */
const small = { segmentBytes: 1 }

const lookup = (directory: string, keys: object = { key: KEY }): AuditLookup =>
  openAuditLookup({ directory, owner: OWNER, key: KEY, ...keys })

async function write(directory: string, ids: readonly string[], more: object = {}): Promise<void> {
  const log = await open(directory, { ...small, ...more })
  for (const id of ids)
    await log.append(aRead(id, id.startsWith('other') ? { patient: other } : {}))
  await log.close()
}

async function idsOf(log: AuditLookup, order: 'NEWEST_FIRST' | 'OLDEST_FIRST' = 'OLDEST_FIRST') {
  const ids: string[] = []
  for await (const { record } of log.find({ patientDigest: log.patientDigest(patient), order }))
    ids.push('requestId' in record ? record.requestId : record.event)
  return ids
}

async function receiptsOf(log: AuditLookup): Promise<readonly unknown[]> {
  const proved: unknown[] = []
  for await (const { sequence } of log.find({})) {
    const receipt = await log.receipt(sequence)
    const { record } = (receipt && checkReceipt(receipt, log.published.publicKeys())) ?? {}
    proved.push(record && 'requestId' in record && record.requestId)
  }
  return proved
}

describe('a log that another process writes, while its key is changed', () => {
  it('is read as a whole when the reader has the new key before the writer', () =>
    withFolder(async (directory) => {
      await write(directory, ['one', 'other', 'two'])
      const log = lookup(directory, rotated)
      expect(await idsOf(log)).toEqual(['one', 'two'])
      expect(await idsOf(log, 'NEWEST_FIRST')).toEqual(['two', 'one'])
      expect(await receiptsOf(log)).toEqual(['two', 'other', 'one'])
    }))

  it('is read as a whole when the writer went on with the new key', () =>
    withFolder(async (directory) => {
      await write(directory, ['one', 'other'])
      await write(directory, ['two', 'other 2', 'three'], rotated)
      const log = lookup(directory, rotated)
      expect(await idsOf(log)).toEqual(['one', 'two', 'three'])
      expect(await receiptsOf(log)).toEqual(['three', 'other 2', 'two', 'other', 'one'])
    }))

  it('is read over three keys, of which the last was given by the organisation', () =>
    withFolder(async (directory) => {
      await write(directory, ['one'])
      await write(directory, ['two'], rotated)
      const keys = keysOfOwner(OWNER, { ...rotated, organizationKeys: { [OWNER]: GIVEN } })
      expect(await idsOf(lookup(directory, keys))).toEqual(['one', 'two'])
      await write(directory, ['three'], keys)
      expect(await idsOf(lookup(directory, keys))).toEqual(['one', 'two', 'three'])
    }))

  it('is never empty without a word: a reader that lacks a key is told so', () =>
    withFolder(async (directory) => {
      const damaged = { code: 'AUDIT_LOG_DAMAGED' }
      await write(directory, ['one'])
      await expect(idsOf(lookup(directory, { key: NEW }))).rejects.toMatchObject(damaged)
      await write(directory, ['two'], rotated)
      await expect(idsOf(lookup(directory))).rejects.toMatchObject(damaged)
      await expect(idsOf(lookup(directory, { key: NEW }))).rejects.toMatchObject(damaged)
    }))
})

describe('a log whose index is behind its records', () => {
  const indexesOf = async (directory: string): Promise<readonly string[]> =>
    (await segmentPaths(directory)).map((path) => path.replace(/jsonl$/, 'index'))

  it.each<[string, (path: string) => Promise<void>]>([
    ['is missing', (path) => rm(path)],
    ['lacks the last', async (path) => writeFile(path, (await readFile(path)).subarray(0, -32))],
    [
      'was cut in an entry',
      async (path) => writeFile(path, (await readFile(path)).subarray(0, 70)),
    ],
    ['is empty', (path) => writeFile(path, '')],
    ['was made with another key', async (path) => writeFile(path, await foreign(path))],
  ])('is read as a whole where the index %s', (_what, spoil) =>
    withFolder(async (directory) => {
      await write(directory, ['one', 'other', 'two', 'three'], { segmentBytes: 16_777_216 })
      for (const path of await indexesOf(directory)) await spoil(path)
      const log = lookup(directory)
      expect(await idsOf(log)).toEqual(['one', 'two', 'three'])
      expect(await idsOf(log, 'NEWEST_FIRST')).toEqual(['three', 'two', 'one'])
    }),
  )
})

async function foreign(path: string): Promise<Buffer> {
  const bytes = await readFile(path)
  bytes.fill(1, 8, 16)
  return bytes
}

describe('the owners of logs in a folder', () => {
  it('are none where there is no folder, and not told where it cannot be read', () =>
    withFolder(async (directory) => {
      expect(await listAuditOwners(join(directory, 'none'))).toEqual([])
      await writeFile(join(directory, 'file'), '')
      await expect(listAuditOwners(join(directory, 'file'))).rejects.toMatchObject({
        code: 'ENOTDIR',
      })
    }))
})
