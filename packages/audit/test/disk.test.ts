import { describe, expect, it } from '@jest/globals'
import type { AuditDisk, AuditLog } from '../src/index.js'
import { verifyAuditLog } from '../src/index.js'
import { aRead, KEY, OWNER, open, requestIds, withFolder } from './kit.js'

const unavailable = { code: 'AUDIT_UNAVAILABLE', status: 503 }
const ok = (directory: string) => verifyAuditLog({ directory, owner: OWNER, key: KEY })

/** A disk on which something goes wrong while `fault` says so; otherwise the machine's. */
function faultyDisk() {
  let fault: 'none' | 'full' | 'read-only' | 'failing' | 'half' | 'unsynced' | 'slow' = 'none'
  let goesOn = (): void => {}
  const fails = (code: string) => Promise.reject(Object.assign(new Error(code), { code }))
  const disk: AuditDisk = {
    async write(file, bytes, at) {
      if (fault === 'full') return fails('ENOSPC')
      if (fault === 'read-only') return fails('EROFS')
      if (fault === 'failing') return fails('EIO')
      const taken = fault === 'half' ? bytes.subarray(0, bytes.length / 2) : bytes
      await file.write(taken, 0, taken.length, at)
      if (fault === 'half') return fails('ENOSPC')
    },
    async sync(file) {
      if (fault === 'unsynced') return fails('EIO')
      if (fault === 'slow') {
        await new Promise<void>((resolve) => {
          goesOn = resolve
        })
      }
      return file.datasync()
    },
  }
  return {
    disk,
    is: (now: typeof fault): void => {
      fault = now
      goesOn()
    },
  }
}

const recovered = async (log: AuditLog): Promise<void> => {
  while (!log.health().ok) await new Promise((resolve) => setTimeout(resolve, 5))
}

// A real limit on the size of files, with a process of its own: crash.test.ts.
describe('a disk that does not take records', () => {
  it.each(['full', 'read-only', 'failing', 'half', 'unsynced'] as const)(
    '%s: every record is refused until it does, and none that was refused stands in the log',
    (fault) =>
      withFolder(async (directory) => {
        const { disk, is } = faultyDisk()
        const log = await open(directory, { disk, retryMs: 5 })
        await log.append(aRead('before'))
        is(fault)
        const refused = ['one', 'two', 'three'].map((id) => log.append(aRead(id)))
        for (const append of refused) await expect(append).rejects.toMatchObject(unavailable)
        await expect(log.append(aRead('four'))).rejects.toMatchObject(unavailable)
        expect(log.health()).toMatchObject({ ok: false })
        expect(log.counts()).toMatchObject({ appended: 1, rejected: 4 })
        is('none')
        await recovered(log)
        await log.append(aRead('after'))
        expect((await log.receipt(3)).leafIndex).toBe(2)
        await log.close()
        expect(await requestIds(directory)).toEqual(['before', 'AUDIT_RESUMED', 'after'])
        expect(await ok(directory)).toMatchObject({ ok: true, records: 3 })
      }),
  )

  it('too slow: what is not durable in time is refused, though it may stand in the log', () =>
    withFolder(async (directory) => {
      const { disk, is } = faultyDisk()
      const log = await open(directory, { disk, timeoutMs: 3_000, retryMs: 5 })
      await log.append(aRead('before'))
      is('slow')
      await expect(log.append(aRead('late'))).rejects.toMatchObject(unavailable)
      expect(log.health()).toMatchObject({ ok: false })
      is('none')
      await recovered(log)
      await log.append(aRead('after'))
      await log.close()
      expect((await requestIds(directory)).at(-1)).toBe('after')
      expect(await ok(directory)).toMatchObject({ ok: true })
    }))

  it('only slow: a record waits for it and is then durable', () =>
    withFolder(async (directory) => {
      const { disk, is } = faultyDisk()
      const log = await open(directory, { disk })
      is('slow')
      let isDurable = false
      const append = log.append(aRead('one')).then(() => {
        isDurable = true
      })
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(isDurable).toBe(false)
      is('none')
      await append
      await log.close()
      expect(await requestIds(directory)).toEqual(['one'])
    }))
})
