import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { silentLogger } from '@kilde/service'
import { createSecurityLog } from '../src/index.js'
import { withFolder } from './kit.js'

const at = Date.parse('2026-03-14T07:31:00Z')

describe('the security log', () => {
  it('counts each code and writes one line per event', () =>
    withFolder(async (directory) => {
      const log = createSecurityLog({ directory, logger: silentLogger, now: () => at })
      log.note({ code: 'TOKEN_EXPIRED', requestId: 'r1', remote: '127.0.0.1' })
      log.note({ code: 'TOKEN_EXPIRED' })
      log.note({ code: 'PROOF_REPLAYED' })
      await log.close()
      expect(log.counts()).toEqual({ TOKEN_EXPIRED: 2, PROOF_REPLAYED: 1 })
      const lines = (await readFile(join(directory, 'security.jsonl'), 'utf8'))
        .trimEnd()
        .split('\n')
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        {
          at: '2026-03-14T07:31:00.000Z',
          code: 'TOKEN_EXPIRED',
          requestId: 'r1',
          remote: '127.0.0.1',
        },
        { at: '2026-03-14T07:31:00.000Z', code: 'TOKEN_EXPIRED' },
        { at: '2026-03-14T07:31:00.000Z', code: 'PROOF_REPLAYED' },
      ])
      expect((await stat(join(directory, 'security.jsonl'))).mode & 0o777).toBe(0o600)
    }))

  it('never takes more room than it was given', () =>
    withFolder(async (directory) => {
      const log = createSecurityLog({ directory, logger: silentLogger, maxBytes: 4_000 })
      for (let n = 0; n < 400; n++) {
        log.note({ code: 'TOKEN_MISSING', requestId: `request-${n}` })
        if (n % 20 === 0) await log.close()
      }
      await log.close()
      const names = await readdir(directory)
      expect(names.sort()).toEqual(['security.1.jsonl', 'security.jsonl'])
      const sizes = await Promise.all(names.map((name) => stat(join(directory, name))))
      expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(4_000)
      expect(log.counts()['TOKEN_MISSING']).toBe(400)
    }))

  it('holds no identity number and nothing long, whatever it is given', () =>
    withFolder(async (directory) => {
      const log = createSecurityLog({ directory, logger: silentLogger })
      log.note({ code: 'TOKEN_INVALID', requestId: '08825133489', remote: 'x'.repeat(5_000) })
      log.note({ code: 'eyJhbGciOiJFUzI1NiJ9.payload.signature' })
      await log.close()
      const written = await readFile(join(directory, 'security.jsonl'), 'utf8')
      expect(written).not.toMatch(/08825133489|eyJ/)
      expect(written.length).toBeLessThan(500)
      expect(log.counts()).toEqual({ TOKEN_INVALID: 1, OTHER: 1 })
    }))

  it('goes on counting when it cannot write, and throws nothing', () =>
    withFolder(async (directory) => {
      const inAFile = join(directory, 'file')
      await writeFile(inAFile, '')
      const log = createSecurityLog({ directory: inAFile, logger: silentLogger })
      for (let n = 0; n < 1_500; n++) log.note({ code: 'TOKEN_MISSING' })
      await log.close()
      expect(log.counts()).toMatchObject({ TOKEN_MISSING: 1_500 })
      expect(log.counts()['DROPPED']).toBeGreaterThan(0)
    }))
})
