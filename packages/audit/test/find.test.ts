import { describe, expect, it } from '@jest/globals'
import type { AuditLog, AuditQuery } from '../src/index.js'
import { aRead, open, withFolder } from './kit.js'

const patient = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const other = 'urn:oid:2.16.578.1.12.4.1.4.1|17855599120'
const decision = (id: string) => ({ decisionRef: { id, userSelected: false } })
const at = (minute: number) => `2026-03-14T07:${minute}:00.000Z`

async function fill(log: AuditLog): Promise<void> {
  await log.append(aRead('one', { at: at(10), ...decision('d1') }))
  await log.append(aRead('two', { at: at(20), patient: other, ...decision('d2') }))
  const digest = { patient: undefined, patientDigest: log.patientDigest(patient) }
  await log.append(aRead('three', { at: at(30), ...digest, ...decision('d2') }))
  await log.append({ event: 'AUDIT_RESUMED', at: at(40), since: at(35), rejected: 0 })
}

async function found(log: AuditLog, query: AuditQuery): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { sequence, record } of log.find(query)) {
    ids.push(`${sequence} ${'requestId' in record ? record.requestId : record.event}`)
  }
  return ids
}

describe('a look-up in the log', () => {
  it.each<[string, (log: AuditLog) => AuditQuery, readonly string[]]>([
    ['everything, newest first', () => ({}), ['4 AUDIT_RESUMED', '3 three', '2 two', '1 one']],
    [
      'a patient, by identifier and by digest',
      (log) => ({ patientDigest: log.patientDigest(patient) }),
      ['3 three', '1 one'],
    ],
    ['a decision', () => ({ decisionRef: 'd2' }), ['3 three', '2 two']],
    [
      'a patient and a decision',
      (log) => ({ patientDigest: log.patientDigest(patient), decisionRef: 'd2' }),
      ['3 three'],
    ],
    [
      'a time, its end not included',
      () => ({ fromMs: Date.parse(at(20)), toMs: Date.parse(at(40)), order: 'OLDEST_FIRST' }),
      ['2 two', '3 three'],
    ],
    ['nobody', (log) => ({ patientDigest: log.patientDigest('urn:oid:1.2|3') }), []],
  ])('finds %s', (_what, query, expected) =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await fill(log)
      expect(await found(log, query(log))).toEqual(expected)
      await log.close()
      const again = await open(directory)
      expect(await found(again, query(again))).toEqual(expected)
      await again.close()
    }),
  )

  it('uses the key of digests that it was given', () =>
    withFolder(async (directory) => {
      const digestKey = new Uint8Array(32).fill(9)
      const log = await open(directory, { digestKey })
      const without = await open(directory, { owner: '310000205' })
      expect(log.patientDigest(patient)).not.toBe(without.patientDigest(patient))
      await fill(log)
      expect(await found(log, { patientDigest: log.patientDigest(patient) })).toEqual([
        '3 three',
        '1 one',
      ])
      await Promise.all([log.close(), without.close()])
    }))
})
