import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AuditRecord, openAuditLog } from '@kilde/audit'
import { silentLogger } from '@kilde/service'
import { runHere } from './kit.js'

const OWNER = '310000108'
const ITEM = `${OWNER}.row-1`
const trace = 'b'.repeat(32)

const read = (change: object): AuditRecord =>
  ({
    event: 'PATIENT_DATA_READ',
    ...{ at: '2026-03-14T12:00:00Z', requestId: 'r', trace, purpose: 'TREAT' },
    requester: {
      ...{ kind: 'professional', pid: '23867934111', name: 'Henrik Lungelege' },
      ...{ clientId: 'kilde-gateway', organization: '310000205', hprNumber: '9990003' },
    },
    patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
    decisionRef: { id: 'd-1', description: 'Kontroll', userSelected: true },
    ...{ classes: ['Observation'], outcome: 'SUCCESS' },
    ...change,
  }) as AuditRecord
const written = (at: string): AuditRecord => ({
  event: 'PATIENT_DATA_WRITTEN',
  ...{ at, requestId: 'w', patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489' },
  requester: { kind: 'system', clientId: 'kilde-ingest-310000108' },
  ...{ items: [ITEM], classes: ['Observation'], outcome: 'SUCCESS' },
})

let folder = ''
const run = (...args: readonly string[]) =>
  runHere(['audit', ...args, '--keys', 'audit.json'], { folder })
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

async function write(service: string, owner: string, records: readonly AuditRecord[]) {
  const log = await openAuditLog({
    ...{ directory: join(folder, service), owner, logger: silentLogger },
    key: Buffer.alloc(32, service.length),
  })
  for (const record of records) await log.append(record)
  await log.close()
}

describe('kilde audit, over the logs of gateway and organisations', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-control-'))
    const keys = ['gateway', 'node'].map((service) => ({
      ...{ service, directory: service },
      key: Buffer.alloc(32, service.length).toString('base64url'),
    }))
    await writeFile(join(folder, 'audit.json'), JSON.stringify(keys))
    const sources = [{ organization: OWNER, status: 'OK', returned: 1 }]
    await write('gateway', '310000205', [read({ sources, requestId: 'g' })])
    await write('node', OWNER, [
      written('2026-03-14T11:00:00Z'),
      read({ items: [ITEM] }),
      written('2026-03-14T13:00:00Z'),
    ])
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('reconcile finds none where they tell the same, and names what differs', async () => {
    const { code, out, err } = await run('reconcile')
    expect([code, lastLine(out), err]).toEqual([0, '0 differences', ''])
    await write('node', OWNER, [read({ items: [ITEM], trace: 'c'.repeat(32), requestId: 'x' })])
    const differing = await run('reconcile')
    expect([differing.code, lastLine(differing.out)]).toEqual([1, '1 differences'])
    expect(differing.out).toContain(`NOT_AT_GATEWAY ${OWNER} trace ${'c'.repeat(32)} request x`)
  })

  it('recipients lists who was given a row, and who before it was corrected', async () => {
    const { code, out } = await run('recipients', '--item', ITEM)
    expect([code, lastLine(out)]).toEqual([0, '2 recipients'])
    expect(out).toContain('Henrik Lungelege')
    expect(out).toContain('taken in 2 times, 2 given out before a correction')
    expect(out).not.toContain('23867934111')
    expect(await run('recipients', '--item', 'row-1')).toMatchObject({ code: 2 })
  })

  it('recipients lists who was given anything that was corrected since, before it was', async () => {
    const since = ['recipients', '--corrected-since']
    const { code, out } = await run(...since, '2026-03-14T12:30:00Z')
    expect([code, lastLine(out)]).toEqual([0, '2 times given out before'])
    expect(out).toContain('1 rows corrected')
    expect(out).toContain(ITEM)
    expect(out).toContain('Henrik Lungelege')
    expect(out).not.toContain('23867934111')
    // What was taken in once was not corrected, nor was what changed earlier.
    const later = await run(...since, '2026-03-14T13:00:01Z')
    expect([later.code, lastLine(later.out)]).toEqual([0, '0 times given out before'])
    expect(await run(...since, 'yesterday')).toMatchObject({ code: 2 })
    expect(await run('recipients')).toMatchObject({ code: 2 })
  })

  it('find lists what one professional did, and names no patient', async () => {
    const { code, out } = await run('find', '--professional', '9990003')
    expect([code, lastLine(out)]).toEqual([0, '3 accesses'])
    expect(out).not.toMatch(/08825133489|23867934111/)
    expect(lastLine((await run('find', '--professional', '9990004')).out)).toBe('0 accesses')
    const both = await run('find', '--professional', '9990003', '--decision', 'd-2')
    expect(lastLine(both.out)).toBe('0 accesses')
    expect(await run('find')).toMatchObject({ code: 2 })
    expect(await run('find', '--professional', '23867934111')).toMatchObject({ code: 2 })
  })

  it('find and self-authorised list accesses by their decision', async () => {
    expect(lastLine((await run('find', '--decision', 'd-1')).out)).toBe('3 accesses')
    expect(lastLine((await run('find', '--decision', 'd-2')).out)).toBe('0 accesses')
    expect(lastLine((await run('self-authorised')).out)).toBe('3 self-authorised accesses')
  })
})
