import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { verifyAuditLog } from '../src/index.js'
import {
  allOf,
  aRead,
  KEY,
  linesOf,
  OWNER,
  open,
  requestIds,
  segmentPaths,
  withFolder,
} from './kit.js'

describe('the audit log', () => {
  it('gives back what was appended, in order, after it was closed and opened again', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.append(aRead('one'))
      await log.close()
      const again = await open(directory)
      await again.append(aRead('two'))
      await again.close()
      expect(await allOf(directory)).toEqual([aRead('one'), aRead('two')])
      expect(await verifyAuditLog({ directory, owner: OWNER, key: KEY })).toMatchObject({
        records: 2,
        ok: true,
      })
    }))

  it('shares one fdatasync between appends that are under way together', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      const ids = Array.from({ length: 500 }, (_, index) => `r${index}`)
      await Promise.all(ids.map((id) => log.append(aRead(id))))
      const { appended, syncs } = log.counts()
      expect(appended).toBe(500)
      expect(syncs).toBeLessThan(10)
      await log.close()
      expect(await requestIds(directory)).toEqual(ids)
    }))

  it('loses no append that arrives just when a batch has ended', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let turn = 0; turn < 25; turn++) await log.append(aRead(`${writer}.${turn}`))
        }),
      )
      expect(log.counts().appended).toBe(200)
      expect(log.counts().syncs).toBeLessThanOrEqual(200)
      await log.close()
      expect(new Set(await requestIds(directory)).size).toBe(200)
    }))

  it('begins a new file when one is full, and chains on over files and restarts', () =>
    withFolder(async (directory) => {
      for (let turn = 0; turn < 3; turn++) {
        const log = await open(directory, { segmentBytes: 2_000 })
        for (let n = 0; n < 6; n++) await log.append(aRead(`${turn}.${n}`))
        await log.close()
      }
      expect((await segmentPaths(directory)).length).toBeGreaterThan(3)
      expect(await verifyAuditLog({ directory, owner: OWNER, key: KEY })).toMatchObject({
        records: 18,
        ok: true,
      })
    }))

  it('can be read while it is being written', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.append(aRead('one'))
      expect(await requestIds(directory)).toEqual(['one'])
      await log.close()
    }))

  it('keeps its files to their owner and holds no readable word of a record', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.append(aRead('one'))
      await log.close()
      const [segment = ''] = await segmentPaths(directory)
      expect((await stat(segment)).mode & 0o777).toBe(0o600)
      expect((await stat(join(directory, OWNER, 'head'))).mode & 0o777).toBe(0o600)
      expect((await stat(join(directory, OWNER))).mode & 0o777).toBe(0o700)
      expect(await readFile(segment, 'utf8')).not.toMatch(/08825133489|Siri|TREAT|Observation/)
    }))

  it('cannot be read with the key of another owner, nor with another key', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.append(aRead('one'))
      await log.close()
      const other = await open(directory, { owner: '310000205' })
      await other.append(aRead('two'))
      await other.close()
      const [segment = ''] = await segmentPaths(directory)
      await writeFile(
        join(directory, '310000205', '0000000000000001.jsonl'),
        await readFile(segment),
      )
      const damaged = {
        code: 'AUDIT_LOG_DAMAGED',
        publicText: expect.stringContaining('was changed'),
      }
      await expect(allOf(directory, KEY, '310000205')).rejects.toMatchObject(damaged)
      await expect(allOf(directory, new Uint8Array(32).fill(8))).rejects.toMatchObject(damaged)
      await expect(open(directory, { key: new Uint8Array(32).fill(8) })).rejects.toMatchObject(
        damaged,
      )
    }))

  it('belongs to an organisation or to a named group, never to a path', () =>
    withFolder(async (directory) => {
      await (await open(directory, { owner: 'citizens' })).close()
      for (const owner of ['../310000108', '', '31000010']) {
        await expect(open(directory, { owner })).rejects.toThrow('organisation number or a word')
      }
    }))

  it('is written by one opener at a time', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await expect(open(directory)).rejects.toMatchObject({
        code: 'AUDIT_LOG_IN_USE',
        publicText: 'Another process writes this access log.',
      })
      await log.close()
      await (await open(directory)).close()
    }))

  it('takes over from a process that is gone, also where its id is used again', () =>
    withFolder(async (directory) => {
      await (await open(directory)).close()
      await writeFile(join(directory, OWNER, 'lock'), `${process.pid} 1`)
      await (await open(directory)).close()
      await writeFile(join(directory, OWNER, 'lock'), '4194304 1')
      await (await open(directory)).close()
    }))

  it('cuts a torn last line away and goes on with the chain', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.append(aRead('one'))
      await log.close()
      const [segment = ''] = await segmentPaths(directory)
      const [line = ''] = await linesOf(segment)
      for (const torn of [line.slice(0, 40), '\0\0\0\0', `\0\0\0\n${line}\n`]) {
        await appendFile(segment, torn)
        await (await open(directory)).close()
      }
      const again = await open(directory)
      await again.append(aRead('two'))
      await again.close()
      expect(await requestIds(directory)).toEqual(['one', 'two'])
    }))

  it('refuses a record that lacks what its event must hold, naming fields and never values', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      const both = aRead('one', { patientDigest: 'abc' })
      await expect(log.append(both)).rejects.toMatchObject({
        code: 'AUDIT_RECORD_INVALID',
        publicText: 'The access log refused a record, so nothing was given out.',
        detail: 'exactly one of patient and patientDigest',
      })
      const unsaid = { ...aRead('one'), requester: { kind: 'professional', pid: '04918825601' } }
      await expect(log.append(unsaid as never)).rejects.toMatchObject({
        code: 'AUDIT_RECORD_INVALID',
        detail: 'requester.clientId, requester.organization',
      })
      expect(log.counts()).toEqual({ appended: 0, rejected: 0, syncs: 0 })
      await log.close()
    }))
})
