import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type AuditDisk,
  type AuditRecord,
  checkConsistency,
  readAuditLog,
  verifyAuditLog,
} from '@kilde/audit'
import { silentLogger } from '@kilde/service'
import { type AuditLogsOptions, createAuditLogs } from '../src/audit/audit-logs.js'

const [master, own, older] = [1, 2, 3].map((value) => Buffer.alloc(32, value)) as [
  Buffer,
  Buffer,
  Buffer,
]
const unavailable = { code: 'AUDIT_UNAVAILABLE', status: 503 }
const aRead = (requestId: string): AuditRecord => ({
  event: 'PATIENT_DATA_READ',
  at: '2026-03-14T07:31:00.000Z',
  requestId,
  requester: { kind: 'citizen', pid: '08825133489', clientId: 'kilde-cli' },
  patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
  purpose: 'PATRQT',
  classes: ['Observation'],
  outcome: 'SUCCESS',
})

describe('the access logs of the requesters’ organisations', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kilde-audit-logs-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  const open = (more: Partial<AuditLogsOptions> = {}) =>
    createAuditLogs({ directory, key: master, logger: silentLogger, now: Date.now, ...more })
  const idsIn = async (owner: string, key: Buffer, previousKeys: readonly Buffer[] = []) => {
    const ids: string[] = []
    for await (const record of readAuditLog({ directory, owner, key, previousKeys }))
      ids.push('requestId' in record ? record.requestId : record.event)
    return ids
  }

  it('open each with a key of its own: derived, or given by the organisation', async () => {
    const logs = open({ organizationKeys: { '310000205': own } })
    await logs.of('310000108').append(aRead('derived'))
    await logs.of('310000205').append(aRead('given'))
    await logs.of(undefined).append(aRead('citizen'))
    await logs.close()
    expect(await idsIn('310000108', master)).toEqual(['derived'])
    expect(await idsIn('310000205', own)).toEqual(['given'])
    expect(await idsIn('citizens', master)).toEqual(['citizen'])
    await expect(idsIn('310000205', master)).rejects.toMatchObject({ code: 'AUDIT_LOG_DAMAGED' })
  })

  it('go on when the master key is changed, and when an organisation takes its log into its own hands', async () => {
    const before = open({ key: older })
    await before.of('310000108').append(aRead('one'))
    await before.close()
    const changed = open({ previousKeys: [older] })
    await changed.of('310000108').append(aRead('two'))
    await changed.close()
    const given = open({ previousKeys: [older], organizationKeys: { '310000108': own } })
    await given.of('310000108').append(aRead('three'))
    await given.close()
    expect(await idsIn('310000108', own, [master, older])).toEqual(['one', 'two', 'three'])
    const keys = { key: own, previousKeys: [master, older] }
    expect(await verifyAuditLog({ directory, owner: '310000108', ...keys })).toMatchObject({
      ok: true,
    })
  })

  it('publish what everybody may know of each that is there, before and after a key was changed', async () => {
    const before = open({ key: older })
    await before.of('310000108').append(aRead('one'))
    await before.close()
    const logs = open({ previousKeys: [older], organizationKeys: { '310000205': own } })
    // Nothing is opened, and no folder made, for who asks.
    for (const owner of ['310000205', 'citizens', 'security', '..'])
      expect(await logs.published(owner)).toBeUndefined()
    const published = await logs.published('310000108')
    const earlier = await published?.newestTreeHead()
    expect(earlier).toMatchObject({ log: '310000108', treeSize: 1 })
    await logs.of('310000108').append(aRead('two'))
    await logs.of('310000205').append(aRead('given'))
    expect((await logs.published('310000205'))?.publicKeys()).toHaveLength(3)
    await logs.close()
    const later = await published?.newestTreeHead()
    if (!published || !earlier || !later) throw new Error('the log is not published')
    const proof = { fromSize: 1, path: await published.consistency(1, 2), treeHead: later }
    expect(checkConsistency(earlier, proof, published.publicKeys()).treeSize).toBe(2)
    expect(later.jws.split('.')[0]).not.toBe(earlier.jws.split('.')[0])
  })

  it.each(['ENOSPC', 'EROFS', 'EIO'])(
    'take nothing on a disk that answers %s, say so, and go on afterwards',
    async (code) => {
      let isFaulty = true
      const disk: AuditDisk = {
        async write(file, bytes, at) {
          if (isFaulty) throw Object.assign(new Error(code), { code })
          await file.write(bytes, 0, bytes.length, at)
        },
        sync: (file) => file.datasync(),
      }
      const logs = open({ disk })
      await expect(logs.of('310000108').append(aRead('one'))).rejects.toMatchObject(unavailable)
      expect(logs.health()).toMatchObject({ ok: false })
      isFaulty = false
      await logs.of('310000108').append(aRead('two'))
      expect(logs.health()).toMatchObject({ ok: true })
      await logs.close()
      expect(await idsIn('310000108', master)).toEqual(['AUDIT_RESUMED', 'two'])
    },
  )

  describe('where records are kept for three years', () => {
    const DAY_MS = 86_400_000
    const retention = { days: 1_095 }
    const written = Date.parse(aRead('').at)
    const later = () => written + 1_095 * DAY_MS
    const write = async (...owners: readonly string[]) => {
      const logs = open({ now: () => written })
      for (const owner of owners) await logs.of(owner).append(aRead(owner))
      await logs.of(undefined).append(aRead('citizen'))
      await logs.close()
    }

    it('lose what is older, also of organisations that ask no more, and citizens’', async () => {
      await write('310000108', '310000205')
      let pruned = 0
      const logs = open({ retention, now: later, onPruned: () => (pruned += 1) })
      await logs.prune()
      expect(pruned).toBe(2)
      expect(await idsIn('310000108', master)).toEqual([])
      expect(await idsIn('310000205', master)).toEqual([])
      expect(await idsIn('citizens', master)).toEqual([])
      await logs.of('310000205').append({ ...aRead('new'), at: new Date(later()).toISOString() })
      expect(await logs.prune()).toBe(0)
      await logs.close()
      expect(await idsIn('310000205', master)).toEqual(['new'])
      const keys = { directory, key: master }
      for (const owner of ['310000108', '310000205', 'citizens'])
        expect(await verifyAuditLog({ owner, ...keys })).toMatchObject({ ok: true, deleted: 1 })
    })

    it('keep what is younger, and everything where no time is set', async () => {
      await write('310000108')
      const young = open({ retention, now: () => later() - 1 })
      expect(await young.prune()).toBe(0)
      await young.close()
      const kept = open({ now: later })
      expect(await kept.prune()).toBe(0)
      await kept.close()
      expect(await idsIn('310000108', master)).toEqual(['310000108'])
    })

    it('are written while they are gone through: nobody is refused for it', async () => {
      const owners = Array.from({ length: 20 }, (_, n) => `3100001${`${n}`.padStart(2, '0')}`)
      await write(...owners)
      const logs = open({ retention, now: later })
      const pruning = logs.prune()
      const fresh = { ...aRead('new'), at: new Date(later()).toISOString() }
      await Promise.all(owners.map((owner) => logs.of(owner).append(fresh)))
      await pruning
      await logs.close()
      for (const owner of owners) expect((await idsIn(owner, master)).at(-1)).toBe('new')
    })

    it('are gone through though one of them does not open', async () => {
      await write('310000108', '310000205')
      const log = join(directory, '310000108')
      await rm(join(log, 'head'), { force: true })
      const [name = ''] = (await readdir(log)).filter((one) => one.endsWith('.jsonl'))
      await writeFile(join(log, name), 'no log\n')
      const logs = open({ retention, now: later })
      await logs.prune()
      await logs.close()
      expect(await idsIn('310000205', master)).toEqual([])
    })
  })
})
