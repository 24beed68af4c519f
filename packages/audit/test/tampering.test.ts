import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { verifyAuditLog } from '../src/index.js'
import { allOf, aRead, KEY, linesOf, OWNER, open, segmentPaths, withFolder } from './kit.js'

const RECORDS = 6

async function writeLog(directory: string, segmentBytes = 16_777_216): Promise<string> {
  const log = await open(directory, { segmentBytes })
  for (let n = 1; n <= RECORDS; n++) await log.append(aRead(`r${n}`))
  await log.close()
  return (await segmentPaths(directory))[0] ?? ''
}

const rewrite = async (path: string, change: (lines: string[]) => readonly string[]) =>
  writeFile(path, `${change(await linesOf(path)).join('\n')}\n`)

const verdict = (directory: string) => verifyAuditLog({ directory, owner: OWNER, key: KEY })
const bad = (firstBad: number) => ({ records: firstBad - 1, ok: false, firstBad })

describe('verifyAuditLog', () => {
  it.each<[string, (lines: string[]) => readonly string[], number]>([
    ['a changed record', (lines) => lines.map((line, at) => (at === 2 ? flip(line) : line)), 3],
    ['a removed record', (lines) => lines.toSpliced(2, 1), 3],
    ['removed first records', (lines) => lines.slice(2), 1],
    ['removed last records', (lines) => lines.slice(0, 4), 5],
    ['exchanged records', (lines) => lines.toSpliced(1, 2, lines[2] ?? '', lines[1] ?? ''), 2],
    ['a record put in twice', (lines) => lines.toSpliced(3, 0, lines[2] ?? ''), 4],
    [
      'a renumbered record',
      (lines) => lines.toSpliced(3, 1, (lines[3] ?? '').replace('"s":4', '"s":9')),
      4,
    ],
  ])('finds %s', (_what, change, firstBad) =>
    withFolder(async (directory) => {
      await rewrite(await writeLog(directory), change)
      expect(await verdict(directory)).toMatchObject(bad(firstBad))
      await expect(allOf(directory)).rejects.toMatchObject({ code: 'AUDIT_LOG_DAMAGED' })
    }),
  )

  it('finds a removed file', () =>
    withFolder(async (directory) => {
      await writeLog(directory, 1)
      const [, second = ''] = await segmentPaths(directory)
      await rm(second)
      expect(await verdict(directory)).toMatchObject(bad(2))
    }))

  it('finds a forged and a removed head, and a removed folder', () =>
    withFolder(async (directory) => {
      await writeLog(directory)
      const head = join(directory, OWNER, 'head')
      await writeFile(head, (await readFile(head, 'utf8')).replace('6 ', '4 '))
      expect(await verdict(directory)).toMatchObject(bad(1))
      await rm(head)
      expect(await verdict(directory)).toMatchObject(bad(1))
      await rm(join(directory, OWNER), { recursive: true })
      expect(await verdict(directory)).toMatchObject(bad(1))
    }))
})

describe('openAuditLog', () => {
  it('does not go on after records that were durable are gone', () =>
    withFolder(async (directory) => {
      const path = await writeLog(directory)
      await truncate(path, (await readFile(path)).length - 10)
      await expect(open(directory)).rejects.toMatchObject({
        code: 'AUDIT_LOG_DAMAGED',
        publicText: 'The access log was changed, shortened or belongs to another key.',
      })
    }))
})

function flip(line: string): string {
  const at = line.length - 30
  return line.slice(0, at) + (line[at] === 'A' ? 'B' : 'A') + line.slice(at + 1)
}
