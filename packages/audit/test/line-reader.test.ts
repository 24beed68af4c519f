import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { openLineReader } from '../src/files/line-reader.js'
import { aRead, open, segmentPaths, withFolder } from './kit.js'

/** Rows named by each record: lines of a few bytes, of about a window, and of many of them. */
const ROWS = [1, 2_000, 1, 40_000, 1, 1_500, 900, 1, 1]

async function segmentOf(directory: string) {
  const log = await open(directory)
  for (const [at, rows] of ROWS.entries()) {
    const items = Array.from({ length: rows }, (_, row) => `310000108.${row}`)
    await log.append(aRead(`r${at}`, { items }))
  }
  await log.close()
  const [path = ''] = await segmentPaths(directory)
  return { path, first: 1 }
}

/** Where each line begins, and its text, by the file as a whole. */
async function linesOf(path: string) {
  let offset = 0
  return (await readFile(path, 'latin1'))
    .split('\n')
    .slice(0, -1)
    .map((text, at) => {
      const line = { text, offset, sequence: at + 1 }
      offset += text.length + 1
      return line
    })
}

describe('Reading lines of a segment by their places', () => {
  it.each(['forward', 'backward'])('gives each whole, whatever its length, %s', (direction) =>
    withFolder(async (directory) => {
      const segment = await segmentOf(directory)
      const lines = await linesOf(segment.path)
      const reader = await openLineReader(segment)
      for (const line of direction === 'forward' ? lines : lines.toReversed()) {
        const read = await reader.lineAt(line.offset, line.sequence)
        expect(read?.toString('latin1')).toBe(line.text)
      }
      await reader.close()
    }),
  )

  it('gives nothing where another line stands, none begins, or the file has ended', () =>
    withFolder(async (directory) => {
      const segment = await segmentOf(directory)
      const lines = await linesOf(segment.path)
      const reader = await openLineReader(segment)
      const [first, second] = lines
      expect(await reader.lineAt(second?.offset ?? 0, 1)).toBeUndefined()
      expect(await reader.lineAt((first?.offset ?? 0) + 1, 1)).toBeUndefined()
      expect(await reader.lineAt(100_000_000, 1)).toBeUndefined()
      await reader.close()
    }))

  it('reads the last line of a file that ends without a line feed', () =>
    withFolder(async (directory) => {
      const segment = await segmentOf(directory)
      const lines = await linesOf(segment.path)
      const path = join(directory, 'cut.jsonl')
      await writeFile(path, lines.map(({ text }) => text).join('\n'))
      const reader = await openLineReader({ path, first: 1 })
      const last = lines.at(-1)
      const read = await reader.lineAt(last?.offset ?? 0, last?.sequence ?? 0)
      expect(read?.toString('latin1')).toBe(last?.text)
      await reader.close()
    }))
})
