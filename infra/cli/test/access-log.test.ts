import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demoCharts } from '@kilde/demo'
import { patients } from '@kilde/people'
import { type RunningDemo, startRunningDemo } from './running-demo.js'

let demo: RunningDemo
beforeAll(async () => {
  demo = await startRunningDemo(['municipality', 'hospital', 'neighbour'], {
    data: 'none',
    faults: ['hospital'],
  })
  await demo.network.load(demoCharts(new Date()).copd)
  const asked = ['query', '--as', 'hospital-doctor', '--patient', patients.copd.identifier]
  expect(await demo.kilde(...asked)).toMatchObject({ code: 0 })
}, 180_000)
afterAll(async () => {
  await demo?.stop()
})

const log = (...more: readonly string[]) => demo.kilde('access-log', '--as', 'patient', ...more)

describe('kilde access-log', () => {
  it('prints one line for each access in plain words, and the number last', async () => {
    const { code, out, err } = await log()
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out.trimEnd().split('\n')
    expect(lines.at(-1)).toBe(`${lines.length - 1} accesses`)
    expect(out).toMatch(
      /^\d{4}-\S+Z {2}Henrik Lungelege \(lege\) ved Fjordheim sykehus HF fikk se målinger og vurderinger \(\d rad(er)?\) hos Solvik kommune, for å gi behandling \(Poliklinisk kontroll\)\.$/m,
    )
    expect(out).not.toContain(patients.copd.identifier)
  })

  it('speaks English, and as JSON tells items and receipts', async () => {
    expect((await log('--language', 'en')).out).toMatch(/ was shown measurements and assessments /)
    const { out } = await log('--json')
    const { nodes } = JSON.parse(out).data.patient.accessLog
    const read = nodes.filter(({ outcome }: { outcome: string }) => outcome === 'READ')
    expect(read.length).toBeGreaterThan(1)
    const own = read.filter(({ items }: { items: string[] }) => items.length > 0)
    expect(own.map(({ receipt }: { receipt: object }) => receipt)).toEqual(
      own.map(() => expect.objectContaining({ leafHash: expect.stringMatching(/^[\w-]{43}$/) })),
    )
  })

  describe('is taken out as a file', () => {
    let folder = ''
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kilde-export-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    it('a table of all of it, with persons and organisations by name, and nobody’s number', async () => {
      const file = join(folder, 'log.csv')
      const { code, out } = await log('--export', file)
      expect(code).toBe(0)
      const text = await readFile(file, 'utf8')
      const lines = text.trimEnd().split('\r\n')
      expect(out).toBe(`${lines.length - 1} accesses written to ${file}\n`)
      expect(lines[0]).toMatch(/^\uFEFF"recorded","text","outcome",/)
      expect(text).toMatch(
        /"Henrik Lungelege \(lege\) ved Fjordheim sykehus HF fikk se [^"]*","READ"/,
      )
      expect(text).not.toContain(patients.copd.identifier)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
    })

    it('FHIR AuditEvents of the same accesses, in words', async () => {
      const file = join(folder, 'log.json')
      expect(await log('--export', file, '--language', 'en')).toMatchObject({ code: 0 })
      const text = await readFile(file, 'utf8')
      const { resourceType, type, entry } = JSON.parse(text)
      expect({ resourceType, type }).toEqual({ resourceType: 'Bundle', type: 'collection' })
      const events = entry.map(({ resource }: { resource: object }) => resource)
      expect(events).toContainEqual(
        expect.objectContaining({
          resourceType: 'AuditEvent',
          text: { status: 'generated', div: expect.stringContaining('was shown measurements') },
          ...{ action: 'R', outcome: '0' },
          agent: expect.arrayContaining([
            expect.objectContaining({ who: { display: expect.stringContaining('Lungelege') } }),
          ]),
        }),
      )
      expect(text).not.toContain(patients.copd.identifier)
    })

    it('and says in the file where a log is missing', async () => {
      demo.network.faults.hospital?.behave('cut')
      const missing = /Fjordheim sykehus HF: UNREACHABLE CONNECTION_FAILED/
      for (const name of ['part.csv', 'part.json']) {
        const file = join(folder, name)
        expect(await log('--export', file)).toMatchObject({ code: 3 })
        expect(await readFile(file, 'utf8')).toMatch(missing)
      }
      demo.network.faults.hospital?.behave('pass')
    })

    it('which is never written over, and whose name says what it is', async () => {
      const there = await log('--export', join(folder, 'log.csv'))
      expect([there.code, there.err]).toEqual([2, expect.stringContaining('is not there yet')])
      expect(await log('--export', join(folder, 'log.pdf'))).toMatchObject({
        code: 2,
        err: 'kilde: --export takes a file that ends in .json or .csv.\n',
      })
    })
  })

  it('says that it is incomplete, and which log is missing', async () => {
    demo.network.faults.hospital?.behave('cut')
    const { code, err } = await log()
    demo.network.faults.hospital?.behave('pass')
    expect(code).toBe(3)
    expect(err).toMatch(/^kilde: Fjordheim sykehus HF: UNREACHABLE CONNECTION_FAILED$/m)
    expect(err).toContain('the answer is incomplete')
  })

  it('is refused to who works in health care', async () => {
    const { code } = await demo.kilde(
      'access-log',
      ...['--as', 'hospital-doctor', '--patient', patients.copd.identifier],
    )
    expect(code).toBe(3)
  })

  it.each([
    [['--first', '0'], '--first takes 1 to 1000.'],
    [['--language', 'sami'], '--language takes nb or en.'],
  ])('refuses %j', async (more, text) => {
    const { code, err } = await log(...more)
    expect({ code, err }).toEqual({ code: 2, err: `kilde: ${text}\n` })
  })
})
