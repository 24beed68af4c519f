import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readOrganizationConfig } from '@kilde/organization'
import { type RunningDemo, startRunningDemo } from './running-demo.js'

const NUMBER = '310000906'

describe('kilde join', () => {
  let demo: RunningDemo
  let folder: string
  const entry = async () => {
    const { state } = await demo.network.admin.overview()
    return state.organizations.find(({ number }) => number === NUMBER)
  }
  const join906 = (to: string, ...more: readonly string[]) =>
    demo.kilde('join', NUMBER, '--name', 'Nye «legekontor»', '--kind', 'gp', '--to', to, ...more)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-join-'))
    demo = await startRunningDemo(['hospital'], {})
  }, 180_000)
  afterAll(async () => {
    await demo?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  it('makes nothing where the command line cannot be carried out', async () => {
    const taken = join(folder, 'taken')
    await writeFile(taken.concat('.json'), 'not JSON')
    for (const [more, text] of [
      [['--port', 'http'], '--port takes a port, 1 to 65535.'],
      [['--classes', 'observation'], 'is no data class'],
      [['--sources', join(folder, 'nowhere.json')], 'there is no such file'],
    ] as const) {
      const { code, err } = await join906(taken, ...more)
      expect(code).not.toBe(0)
      expect(err).toContain(text)
    }
    expect((await join906(folder)).err).toContain('--to takes a folder that is empty or not there')
    expect(await readdir(folder)).toEqual(['taken.json'])
    expect(await entry()).toBeUndefined()
  })

  it('ends with the report on a node that keeps every rule, which nobody asks before somebody says so', async () => {
    const own = join(folder, 'own')
    const { code, out, err } = await join906(own)
    const lines = out.split('\n')
    const failed = lines.filter((_, at) => /FAIL/.test(`${lines[at - 1]}${lines[at]}`))
    expect({ code, failed }).toEqual({ code: 0, failed: [] })
    expect(out).toContain('N-TOK-1 ')
    expect(err).toContain(`registry activate ${NUMBER}`)
    expect(await entry()).toMatchObject({
      state: 'PAUSED',
      dataClasses: ['Observation', 'CarePlan'],
    })
    expect((await demo.kilde('registry', 'activate', NUMBER)).code).toBe(0)
    expect(await entry()).toMatchObject({ state: 'ACTIVE' })
  }, 300_000)

  it('leaves settings that a node starts with, closed to others, and nothing of the trial', async () => {
    const own = join(folder, 'own')
    expect((await readdir(own)).toSorted()).toEqual(['ingest-key.json', 'node.env'])
    for (const name of await readdir(own))
      expect((await stat(join(own, name))).mode & 0o777).toBe(0o600)
    const settings = parseEnv(await readFile(join(own, 'node.env'), 'utf8'))
    const config = readOrganizationConfig(settings)
    expect(config.KILDE_ORGANIZATION).toBe(NUMBER)
    expect(config.KILDE_STORE_DIRECTORY).toBe(join(own, 'store'))
    expect((await entry())?.endpoint).toBe(config.KILDE_PUBLIC_URL)
  })

  it('takes no number that the registry has', async () => {
    const { code, err } = await join906(join(folder, 'again'))
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`(${NUMBER}) is in the registry already`),
    ])
  })
})
