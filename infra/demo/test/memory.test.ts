import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { measureTree } from '../src/memory.js'

describe('memory of a process and those below it', () => {
  let proc: string
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'kilde-proc-'))
    add(1, { parent: 0, rss: 900 })
    add(10, { parent: 1, rss: 300 })
    add(11, { parent: 10, rss: 200 })
    for (const [pid, pss] of [[1, 800] as const, [10, 250] as const, [11, 150] as const]) {
      writeFileSync(join(proc, `${pid}`, 'smaps_rollup'), `Rss: 1 kB\nPss:  ${pss} kB\n`)
    }
  })
  afterEach(() => rmSync(proc, { recursive: true }))

  function add(pid: number, { parent, rss }: { parent: number; rss: number }): void {
    mkdirSync(join(proc, `${pid}`))
    const status = `Name:\tnode\nPPid:\t${parent}\nVmRSS:\t  ${rss} kB\n`
    writeFileSync(join(proc, `${pid}`, 'status'), status)
  }

  it('counts pages that several share once', () => {
    expect(measureTree(10, proc)).toEqual({ bytes: 400 * 1024, processes: 2, kind: 'PSS' })
  })

  it('counts nothing for one that ended meanwhile', () => {
    add(12, { parent: 10, rss: 100 })
    expect(measureTree(10, proc)).toEqual({ bytes: 400 * 1024, processes: 3, kind: 'PSS' })
  })

  it('says that it is an upper bound where one does not show its map', () => {
    add(12, { parent: 10, rss: 100 })
    mkdirSync(join(proc, '12', 'smaps_rollup'))
    expect(measureTree(10, proc)).toEqual({ bytes: 600 * 1024, processes: 3, kind: 'RSS' })
  })
})
