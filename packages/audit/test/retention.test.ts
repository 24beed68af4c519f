import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { silentLogger } from '@kilde/service'
import {
  type AuditLog,
  checkConsistency,
  checkReceipt,
  pruneAuditLog,
  verifyAuditLog,
} from '../src/index.js'
import { aRead, KEY, linesOf, OWNER, open, requestIds, segmentPaths, withFolder } from './kit.js'

const DAY_MS = 86_400_000
const START_MS = Date.parse('2026-03-14T07:31:00.000Z')
const retention = { days: 1_825, classes: { Observation: 1_095 } }
const verify = (directory: string) => verifyAuditLog({ directory, owner: OWNER, key: KEY })

/** Each record in a segment of its own; the last one's is being written, and is never touched. */
const openAt = (directory: string, days: number) =>
  open(directory, { segmentBytes: 1, retention, now: () => START_MS + days * DAY_MS })

async function fill(log: AuditLog): Promise<void> {
  await log.append(aRead('short'))
  await log.append(aRead('long', { classes: ['Observation', 'CarePlan'] }))
  await log.append(aRead('late', { at: '2028-03-14T07:31:00.000Z' }))
  await log.append(aRead('newest'))
}

const found = async (log: AuditLog) => {
  const sequences: number[] = []
  for await (const { sequence } of log.find({ order: 'OLDEST_FIRST' })) sequences.push(sequence)
  return sequences
}

describe('retention', () => {
  it('deletes each record after the time of its class, and nothing before', () =>
    withFolder(async (directory) => {
      const log = await openAt(directory, 1_094)
      await fill(log)
      expect(await log.prune()).toBe(0)
      await log.close()
      const later = await openAt(directory, 1_095)
      expect(await later.prune()).toBe(1)
      expect(await later.prune()).toBe(0)
      expect(await found(later)).toEqual([2, 3, 4])
      await later.close()
      expect(await requestIds(directory)).toEqual(['long', 'late', 'newest'])
      const last = await openAt(directory, 1_825)
      expect(await last.prune()).toBe(1)
      expect(await found(last)).toEqual([3, 4])
      await last.close()
      expect(await verify(directory)).toMatchObject({ ok: true, records: 4, deleted: 2 })
    }))

  it('leaves proofs as they are: receipts of others, and consistency with every earlier tree head', () =>
    withFolder(async (directory) => {
      const log = await openAt(directory, 0)
      await fill(log)
      const before = await log.treeHead()
      const receipt = await log.receipt(1)
      await log.close()
      const later = await openAt(directory, 1_095)
      await later.prune()
      const keys = later.publicKeys()
      expect(await later.receipt(2)).toMatchObject({ treeHead: { rootHash: before.rootHash } })
      expect(checkReceipt(await later.receipt(2), keys).record).toMatchObject({ requestId: 'long' })
      // Who kept a receipt still can show it; the log itself has forgotten.
      expect(checkReceipt(receipt, keys).record).toMatchObject({ requestId: 'short' })
      await expect(later.receipt(1)).rejects.toMatchObject({ code: 'AUDIT_RECORD_UNKNOWN' })
      await later.append(aRead('more'))
      const proof = await later.consistency(before.treeSize)
      expect(checkConsistency(before, proof, keys).treeSize).toBe(5)
      await later.close()
      const again = await openAt(directory, 1_095)
      expect((await again.treeHead()).rootHash).toBe(proof.treeHead.rootHash)
      await again.close()
    }))

  it('leaves no index of what was, also where it ends before there is a new one', () =>
    withFolder(async (directory) => {
      const log = await openAt(directory, 0)
      await fill(log)
      await log.close()
      const [first = ''] = await segmentPaths(directory)
      const index = first.replace(/jsonl$/, 'index')
      const later = await openAt(directory, 1_095)
      expect((await readFile(index)).length).toBeGreaterThan(0)
      // Where the new index would be written first.
      await mkdir(`${index}.new`)
      await expect(later.prune()).rejects.toBeDefined()
      await expect(readFile(index)).rejects.toMatchObject({ code: 'ENOENT' })
      expect(await found(later)).toEqual([2, 3, 4])
      await later.close()
      await rm(`${index}.new`, { recursive: true })
    }))

  it('leaves nothing of a deleted record but its hash', () =>
    withFolder(async (directory) => {
      const log = await openAt(directory, 1_095)
      await fill(log)
      const [path = ''] = await segmentPaths(directory)
      const { c } = JSON.parse((await linesOf(path))[0] ?? '') as { c: string }
      expect(c.length).toBeGreaterThan(100)
      await log.prune()
      await log.close()
      const [line = ''] = await linesOf(path)
      expect(Object.keys(JSON.parse(line) as object)).toEqual(['v', 's', 'p', 'l', 'x'])
      expect(line.length).toBeLessThan(260)
    }))

  it('is not to be imitated: a record that was cut out by somebody else is a bad record', () =>
    withFolder(async (directory) => {
      const log = await openAt(directory, 0)
      await fill(log)
      await log.close()
      const later = await openAt(directory, 1_095)
      await later.prune()
      await later.close()
      const [first = '', second = ''] = await segmentPaths(directory)
      const { x } = JSON.parse(await readFile(first, 'utf8')) as { x: string }
      const {
        c: _c,
        k: _k,
        ...rest
      } = JSON.parse(await readFile(second, 'utf8')) as {
        c: string
        k: string
      }
      await writeFile(second, `${JSON.stringify({ ...rest, x })}\n`)
      expect(await verify(directory)).toMatchObject({ ok: false, records: 1, firstBad: 2 })
      await expect(requestIds(directory)).rejects.toMatchObject({ code: 'AUDIT_LOG_DAMAGED' })
    }))
})

describe('retention of a log that nobody has open', () => {
  const prune = (directory: string, days: number, signal?: AbortSignal) =>
    pruneAuditLog({
      ...{ directory, owner: OWNER, key: KEY, retention, logger: silentLogger },
      now: () => START_MS + days * DAY_MS,
      ...(signal && { signal }),
    })
  const fillAndClose = async (directory: string) => {
    const log = await openAt(directory, 0)
    await fill(log)
    await log.close()
  }

  it('deletes from its newest file too, and the log goes on', () =>
    withFolder(async (directory) => {
      await fillAndClose(directory)
      expect(await prune(directory, 1_094)).toBe(0)
      expect(await prune(directory, 1_095)).toBe(2)
      expect(await requestIds(directory)).toEqual(['long', 'late'])
      const log = await openAt(directory, 1_095)
      await log.append(aRead('more'))
      expect(await found(log)).toEqual([2, 3, 5])
      await log.close()
      expect(await verify(directory)).toMatchObject({ ok: true, records: 5, deleted: 2 })
    }))

  it('leaves alone what is open', () =>
    withFolder(async (directory) => {
      const log = await openAt(directory, 0)
      await expect(prune(directory, 1_095)).rejects.toMatchObject({ code: 'AUDIT_LOG_IN_USE' })
      await log.close()
    }))

  it('ends between two files when it is to, and says how far it came', () =>
    withFolder(async (directory) => {
      await fillAndClose(directory)
      expect(await prune(directory, 1_095, AbortSignal.abort())).toBe(0)
      expect(await prune(directory, 1_095)).toBe(2)
    }))

  it('cuts away a torn tail, and takes no log that was shortened', () =>
    withFolder(async (directory) => {
      await fillAndClose(directory)
      const paths = await segmentPaths(directory)
      const newest = paths.at(-1) ?? ''
      await writeFile(newest, `${await readFile(newest, 'utf8')}{"torn`)
      expect(await prune(directory, 1_095)).toBe(2)
      expect(await verify(directory)).toMatchObject({ ok: true, records: 4 })
      await writeFile(newest, '')
      await expect(prune(directory, 2_000)).rejects.toMatchObject({ code: 'AUDIT_LOG_DAMAGED' })
    }))
})
