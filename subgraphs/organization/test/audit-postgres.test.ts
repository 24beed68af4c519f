import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type AuditLog,
  type AuditQuery,
  type AuditRecord,
  checkConsistency,
  checkReceipt,
} from '@kilde/audit'
import {
  openPostgresAuditLog,
  type PostgresAuditLogOptions,
  postgresAuditReader,
} from '@kilde/audit/postgres'
import { silentLogger } from '@kilde/service'
import pg from 'pg'
import { startDatabase } from './kit/database.js'

const owner = '310000108'
const key = Buffer.alloc(32, 7)
const patient = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const unavailable = { code: 'AUDIT_UNAVAILABLE', status: 503 }

const aRead = (requestId: string, more: object = {}): AuditRecord => ({
  event: 'PATIENT_DATA_READ',
  at: '2026-03-14T07:31:00.000Z',
  requestId,
  requester: { kind: 'citizen', pid: '08825133489', clientId: 'kilde-cli' },
  patient,
  purpose: 'PATRQT',
  classes: ['Observation'],
  outcome: 'SUCCESS',
  ...more,
})

describe('the access log in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let databaseUrl = ''
  beforeAll(async () => {
    database = await startDatabase({ durable: true })
  }, 60_000)
  afterAll(() => database.stop())
  beforeEach(async () => {
    databaseUrl = await database.createDatabase(`audit_${randomUUID().slice(0, 8)}`)
  })

  const open = (more: Partial<PostgresAuditLogOptions> = {}) =>
    openPostgresAuditLog({ databaseUrl, owner, key, logger: silentLogger, ...more })
  const reading = async <T>(
    read: (reader: ReturnType<typeof postgresAuditReader>) => Promise<T>,
  ) => {
    const reader = postgresAuditReader({ databaseUrl, owner, key })
    try {
      return await read(reader)
    } finally {
      await reader.close()
    }
  }
  const verify = () => reading((reader) => reader.verify())
  const ids = () =>
    reading(async (reader) => {
      const found: string[] = []
      for await (const { record } of reader.records())
        found.push('requestId' in record ? record.requestId : record.event)
      return found
    })
  const sql = async (text: string, values: unknown[] = []) => {
    const client = new pg.Client(databaseUrl)
    await client.connect()
    try {
      return (await client.query(text, values)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }
  const found = async (log: AuditLog, query: AuditQuery) => {
    const sequences: number[] = []
    for await (const { sequence } of log.find(query)) sequences.push(sequence)
    return sequences
  }

  it('keeps records over restarts, many in one commit, and nothing readable', async () => {
    const log = await open()
    await Promise.all(Array.from({ length: 200 }, (_, n) => log.append(aRead(`r${n}`))))
    expect(log.counts()).toMatchObject({ appended: 200 })
    expect(log.counts().syncs).toBeLessThan(10)
    await log.close()
    const again = await open()
    await again.append(aRead('after'))
    await again.close()
    expect(await ids()).toEqual([...Array.from({ length: 200 }, (_, n) => `r${n}`), 'after'])
    expect(await verify()).toMatchObject({ ok: true, records: 201, treeHeads: 2 })
    const rows = await sql('select line, patient from kilde_audit.record')
    expect(JSON.stringify(rows)).not.toMatch(/08825133489|PATRQT/)
  })

  it('finds records, and proves each of them and that the log has only grown', async () => {
    const log = await open()
    for (let n = 1; n <= 9; n++)
      await log.append(
        aRead(`r${n}`, n % 3 === 0 ? { decisionRef: { id: 'd', userSelected: true } } : {}),
      )
    await log.append(aRead('other', { patient: 'urn:oid:2.16.578.1.12.4.1.4.1|17855599120' }))
    expect(await found(log, { decisionRef: 'd' })).toEqual([9, 6, 3])
    expect((await found(log, { patientDigest: log.patientDigest(patient) })).length).toBe(9)
    expect(await found(log, { fromMs: Date.parse('2026-03-15') })).toEqual([])
    const before = await log.treeHead()
    for (let sequence = 1; sequence <= 9; sequence++) {
      const { record } = checkReceipt(await log.receipt(sequence), log.publicKeys())
      expect(record).toMatchObject({ requestId: `r${sequence}` })
    }
    await log.append(aRead('more'))
    const proof = await log.consistency(before.treeSize)
    expect(checkConsistency(before, proof, log.publicKeys()).treeSize).toBe(11)
    await log.close()
  })

  it('is written by one process at a time', async () => {
    const log = await open()
    await expect(open()).rejects.toMatchObject({ code: 'AUDIT_LOG_IN_USE' })
    await (await open({ owner: '310000205' })).close()
    await log.close()
    await (await open()).close()
  })

  it('refuses records while its connection is cut, and goes on after it in a whole log', async () => {
    const log = await open({ retryMs: 20 })
    await log.append(aRead('before'))
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kilde-audit'`
    await sql(cut)
    const answers = await Promise.allSettled([log.append(aRead('meanwhile'))])
    while (!log.health().ok) await new Promise((resolve) => setTimeout(resolve, 20))
    await log.append(aRead('after'))
    await log.close()
    const kept = await ids()
    const [meanwhile] = answers
    expect(kept.includes('meanwhile') || meanwhile?.status === 'rejected').toBe(true)
    expect(kept.at(-1)).toBe('after')
    expect(await verify()).toMatchObject({ ok: true })
  })

  it('refuses a record that is not durable in time, and takes the next once the database moves again', async () => {
    const log = await open({ timeoutMs: 2_000, retryMs: 20 })
    await log.append(aRead('before'))
    const blocker = new pg.Client(databaseUrl)
    await blocker.connect()
    await blocker.query('begin; lock table kilde_audit.head in exclusive mode')
    await expect(log.append(aRead('late'))).rejects.toMatchObject(unavailable)
    expect(log.health()).toMatchObject({ ok: false })
    await blocker.query('rollback')
    await blocker.end()
    while (!log.health().ok) await new Promise((resolve) => setTimeout(resolve, 20))
    await log.append(aRead('after'))
    await log.close()
    expect((await ids()).at(-1)).toBe('after')
    expect(await verify()).toMatchObject({ ok: true })
  })

  it('gives nothing out that was not committed: a database that takes no writes', async () => {
    const log = await open({ retryMs: 60_000 })
    await log.append(aRead('before'))
    await sql('alter table kilde_audit.record rename to record_away')
    await expect(log.append(aRead('meanwhile'))).rejects.toMatchObject(unavailable)
    await sql('alter table kilde_audit.record_away rename to record')
    await log.append(aRead('after'))
    await log.close()
    expect(await ids()).toEqual(['before', 'AUDIT_RESUMED', 'after'])
  })

  it.each([
    [
      'a changed record',
      `update kilde_audit.record set line = replace(line, '"c":"', '"c":"A') where sequence = 3`,
      3,
    ],
    ['a removed record', 'delete from kilde_audit.record where sequence = 3', 3],
    ['removed last records', 'delete from kilde_audit.record where sequence > 4', 5],
    ['a forged head', 'update kilde_audit.head set sequence = 4', 1],
    ['a removed head', 'delete from kilde_audit.head', 1],
  ])('finds %s', async (_what, change, firstBad) => {
    const log = await open()
    for (let n = 1; n <= 6; n++) await log.append(aRead(`r${n}`))
    await log.close()
    await sql(change)
    expect(await verify()).toMatchObject({ ok: false, records: firstBad - 1, firstBad })
  })

  it('does not go on from an older state that was put back', async () => {
    const log = await open()
    for (let n = 1; n <= 3; n++) await log.append(aRead(`r${n}`))
    const [older] = await sql('select * from kilde_audit.head')
    await log.append(aRead('r4'))
    await log.close()
    await sql('delete from kilde_audit.record where sequence > 3')
    await sql('update kilde_audit.head set sequence = $1, hash = $2, signature = $3', [
      older?.['sequence'],
      older?.['hash'],
      older?.['signature'],
    ])
    await expect(open()).rejects.toMatchObject({ code: 'AUDIT_LOG_DAMAGED' })
    expect(await verify()).toMatchObject({ ok: false, firstBad: 4 })
  })

  it('deletes records whose time has ended, and goes on proving', async () => {
    const retention = { days: 1_095 }
    const now = () => Date.parse('2029-06-01')
    const log = await open({ retention, now })
    await log.append(aRead('old'))
    await log.append(aRead('new', { at: '2029-05-01T00:00:00.000Z' }))
    const before = await log.treeHead()
    expect(await log.prune()).toBe(1)
    expect(await found(log, {})).toEqual([2])
    expect(checkReceipt(await log.receipt(2), log.publicKeys()).treeHead.rootHash).toBe(
      before.rootHash,
    )
    await log.close()
    expect(await verify()).toMatchObject({ ok: true, records: 2, deleted: 1 })
  })
})
