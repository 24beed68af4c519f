import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { fill } from '../../../test/crash/fill.js'
import { logIn } from '../../../test/crash/log.js'
import { interrupt } from '../../../test/crash/torn.js'
import { openAuditLog, verifyAuditLog } from '../src/index.js'
import { aRead, withFolder } from './kit.js'

const RECORDS = 30

/** Tears a batch behind acknowledged records at many places; the log must go on from what is whole. */
async function tearAt(directory: string, segmentBytes: number, rest: (bytes: number) => Buffer) {
  const options = { ...logIn(directory), segmentBytes, treeHeadMs: 3_600_000 }
  await fill(options, RECORDS)
  const torn = await interrupt(options, 3)
  const { length } = torn.batch
  const feeds = [...torn.batch.keys()].filter((at) => torn.batch[at] === 10)
  const edges = feeds.flatMap((at) => [at - 1, at, at + 1])
  const places = [0, 1, ...edges, ...Array.from({ length: 12 }, (_, n) => n * 97 + 5)]
  for (const bytes of places.filter((at) => at < length)) {
    const whole = await torn.tear(bytes, rest(length - bytes))
    const log = await openAuditLog(options)
    await log.append(aRead('after'))
    expect((await log.receipt(RECORDS + whole + 1)).leafIndex).toBe(RECORDS + whole)
    await log.close()
    const verdict = await verifyAuditLog(options)
    expect([bytes, verdict]).toMatchObject([bytes, { ok: true, records: RECORDS + whole + 1 }])
  }
  await torn.close()
}

// The time that it takes, at size: npm run test:crash -- recovery --records 1000000
describe('E3: a write that was torn at the end of the log', () => {
  it.each([
    ['nothing comes behind what arrived', () => Buffer.alloc(0)],
    ['the file has its length already, in zeros', (bytes: number) => Buffer.alloc(bytes)],
    ['something else is on the disk behind it', (bytes: number) => randomBytes(bytes)],
    ['something else in lines', (bytes: number) => Buffer.alloc(bytes, '{}\n')],
  ])('keeps every whole record and no other, wherever it was torn: %s', (_what, rest) =>
    withFolder((directory) => tearAt(directory, 16_777_216, rest)),
  )

  it('keeps them where the batch was the first of a new file', () =>
    withFolder((directory) => tearAt(directory, 1, () => Buffer.alloc(0))))
})
