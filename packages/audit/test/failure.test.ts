import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { verifyAuditLog } from '../src/index.js'
import { aRead, KEY, OWNER, open, requestIds, segmentPaths, withFolder } from './kit.js'

const unavailable = {
  code: 'AUDIT_UNAVAILABLE',
  status: 503,
  publicText: 'The access log cannot be written, so nothing was given out. Ask again later.',
}

describe('a log that cannot be written', () => {
  it('refuses appends and says so until a write works again, and records the gap', () =>
    withFolder(async (directory) => {
      const log = await open(directory, { retryMs: 60_000 })
      await log.append(aRead('before'))
      await rename(join(directory, OWNER), join(directory, 'gone'))
      await expect(log.append(aRead('meanwhile'))).rejects.toMatchObject(unavailable)
      await expect(log.append(aRead('meanwhile'))).rejects.toMatchObject(unavailable)
      expect(log.health()).toMatchObject({
        name: 'audit log',
        ok: false,
        note: 'cannot be written',
      })
      await rename(join(directory, 'gone'), join(directory, OWNER))
      await log.append(aRead('after'))
      expect(log.health()).toMatchObject({ name: 'audit log', ok: true })
      await log.close()
      expect(await requestIds(directory)).toEqual(['before', 'AUDIT_RESUMED', 'after'])
      expect(await verifyAuditLog({ directory, owner: OWNER, key: KEY })).toMatchObject({
        records: 3,
        ok: true,
      })
    }))

  it('finds out by itself that it can be written again', () =>
    withFolder(async (directory) => {
      const log = await open(directory, { retryMs: 5 })
      await rename(join(directory, OWNER), join(directory, 'gone'))
      await expect(log.append(aRead('meanwhile'))).rejects.toMatchObject(unavailable)
      await rename(join(directory, 'gone'), join(directory, OWNER))
      while (!log.health().ok) await new Promise((resolve) => setTimeout(resolve, 5))
      await log.close()
      expect(await requestIds(directory)).toEqual(['AUDIT_RESUMED'])
    }))

  it('does not write into a file that was deleted under it', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.append(aRead('one'))
      const [segment = ''] = await segmentPaths(directory)
      await rm(segment)
      await expect(log.append(aRead('two'))).rejects.toMatchObject(unavailable)
      await log.close()
    }))

  it('refuses appends after it was closed', () =>
    withFolder(async (directory) => {
      const log = await open(directory)
      await log.close()
      await expect(log.append(aRead('late'))).rejects.toMatchObject({
        ...unavailable,
        detail: 'closed',
      })
      expect(log.health()).toMatchObject({ name: 'audit log', ok: false, note: 'closed' })
    }))

  it('is not opened where the folder cannot be made', () =>
    withFolder(async (directory) => {
      await (await open(directory)).close()
      const inAFile = join(directory, OWNER, 'head')
      await expect(open(inAFile)).rejects.toMatchObject(unavailable)
    }))
})
