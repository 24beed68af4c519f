import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = ['e2e', 'faults', 'data', 'surface', 'trust', 'redis'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`),
)

describe('suites that start a network', () => {
  it('start it by the kit, which searches for identity numbers at the end', () => {
    const past = files.filter((path) => /startTestNetwork|startDemo\b/.test(read(path)))
    expect(past).toEqual([])
    expect(files.some((path) => read(path).includes('startNetwork'))).toBe(true)
  })
})

function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8')
}
