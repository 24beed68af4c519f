import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { fill } from '../../../test/crash/fill.js'
import { logIn } from '../../../test/crash/log.js'
import { apply, mutate, mutationKinds, undo } from '../../../test/crash/mutations.js'
import { seeded } from '../../../test/simulation/random.js'
import { verifyAuditLog } from '../src/index.js'
import { linesOf, segmentPaths, withFolder } from './kit.js'

const RECORDS = 30
const MUTATIONS = Number(process.env['KILDE_MUTATIONS'] ?? 1_000)

// At size: npm run test:crash -- tampering --records 1000000 --mutations 1000
describe('E4: a log that was changed', () => {
  it.each(mutationKinds)(
    `is found, and the first bad record is named, in each of ${MUTATIONS / mutationKinds.length} cases of: %s`,
    (kind) =>
      withFolder(async (directory) => {
        const options = { ...logIn(directory), segmentBytes: 6_000 }
        for (let from = 0; from < RECORDS; from += 6) await fill(options, 6)
        const random = seeded(1).fork(kind)
        const missed: unknown[] = []
        for (let number = 0; number < MUTATIONS / mutationKinds.length; number++) {
          const mutation = await mutate(join(directory, options.owner), kind, random)
          await apply(mutation)
          const { ok, firstBad } = await verifyAuditLog(options)
          await undo(mutation)
          if (ok || firstBad !== mutation.firstBad)
            missed.push({ number, expected: mutation.firstBad, firstBad })
        }
        expect(missed).toEqual([])
        expect(await verifyAuditLog(options)).toMatchObject({ ok: true, records: RECORDS })
      }),
  )

  const lineOf = async (directory: string, change: (line: string) => string) => {
    const options = logIn(directory)
    await fill(options, 3)
    const [path = ''] = await segmentPaths(directory)
    const lines = await linesOf(path)
    await writeFile(path, `${lines.toSpliced(1, 1, change(lines[1] ?? '')).join('\n')}\n`)
    return verifyAuditLog(options)
  }

  // None of these changes what the record says, and so neither its seal nor the chain.
  it.each<[string, (line: string) => string]>([
    ['a space between members', (line) => line.replace(',"s"', ', "s"')],
    ['a member that stands there twice', (line) => line.replace('"s":2', '"s":2,"s":2')],
    ['members in another order', (line) => line.replace('{"v":2,"s":2', '{"s":2,"v":2')],
    ['another spelling of a number', (line) => line.replace('"v":2', '"v":2.0')],
    ['what decoding passes over', (line) => line.replace('"c":"', '"c":"=')],
    ['padding behind the sealed record', (line) => line.replace(/"\}$/, '="}')],
  ])('is found by %s', (_what, change) =>
    withFolder(async (directory) => {
      expect(await lineOf(directory, change)).toMatchObject({ ok: false, firstBad: 2 })
    }),
  )

  it('is found by bytes behind the last line of a file that is full', () =>
    withFolder(async (directory) => {
      const options = { ...logIn(directory), segmentBytes: 1 }
      await fill(options, 1)
      await fill(options, 1)
      const [path = ''] = await segmentPaths(directory)
      await writeFile(path, `${await readFile(path, 'utf8')}more`)
      expect(await verifyAuditLog(options)).toMatchObject({ ok: false, firstBad: 2 })
    }))
})
