import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import type { PageQuestion, Source } from '@kilde/organization/sources'
import { patients } from '@kilde/people'
import { openFhir } from './open-fhir.js'
import { type SmallServer, startSmallServer } from './small-server.js'

const kari = parsePatientIdentifier(patients.copd.identifier)
const ella = parsePatientIdentifier(patients.onePlace.identifier)
const NOW = Date.parse('2026-11-22T12:00:00Z')
const signal = new AbortController().signal
const ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe('a FHIR server’s own ways', () => {
  it('of several Patients of one number, all are read', async () => {
    const { server, read } = await opened()
    await add(server, patient('a', kari), patient('b', kari), weight('1', 'a'), weight('2', 'b'))
    expect(await ids(read)).toEqual(['1', '2'])
  })

  it('of Patients that were merged, all are read, but none that has another number', async () => {
    const { server, read } = await opened()
    const links = ['old', 'stranger'].map((id) => ({
      ...{ type: 'replaces', other: { reference: `Patient/${id}` } },
    }))
    await add(
      server,
      { ...patient('new', kari), link: links },
      patient('old'),
      patient('stranger', ella),
    )
    await add(server, weight('1', 'new'), weight('2', 'old'), weight('3', 'stranger'))
    const page = await read()
    expect(localIds(page.rows)).toEqual(['1', '2'])
    expect(page).toMatchObject({ dropped: 1, truncated: true })
  })

  it('a Patient who may only be the same is not read', async () => {
    const { server, read } = await opened()
    const link = [{ type: 'seealso', other: { reference: 'Patient/other' } }]
    await add(
      server,
      { ...patient('a', kari), link },
      patient('other'),
      weight('1', 'a'),
      weight('2', 'other'),
    )
    expect(await ids(read)).toEqual(['1'])
  })

  it('a version is that of the server where it counts, else the first', async () => {
    const { server, read } = await opened()
    const counted = { meta: { versionId: '7', lastUpdated: '2026-11-20T10:00:00Z' } }
    await add(server, patient('a', kari))
    await add(server, weight('1', 'a', counted), weight('2', 'a', { meta: { versionId: 'x-1' } }))
    const { rows } = await read()
    expect(rows.map(({ id, version }) => `${id} ${version}`).sort(byText)).toEqual([
      '310000108.1 7',
      '310000108.2 1',
    ])
    expect(rows.find(({ version }) => version === 7)?.receivedMs).toBe(
      Date.parse('2026-11-20T10:00:00Z'),
    )
  })

  it('what is measured in the future stands where it was received, and is left out where nobody knows that', async () => {
    const { server, read } = await opened()
    const effectiveDateTime = '2027-05-01T08:00:00Z'
    const meta = { lastUpdated: '2026-11-21T10:00:00Z' }
    await add(server, patient('a', kari), weight('1', 'a', { effectiveDateTime, meta }))
    await add(server, weight('2', 'a', { effectiveDateTime }), weight('3', 'a'))
    const page = await read({ untilMs: NOW })
    expect(page.rows.map(({ id, precision, t }) => [id.split('.')[1], precision, t])).toEqual([
      ['1', 'RECEIVED', Date.parse('2026-11-21T10:00:00Z')],
      ['3', 'INSTANT', Date.parse('2026-11-10T08:00:00Z')],
    ])
    expect(page.dropped).toBe(1)
  })

  it('the token in a file is read for each request, so that it can be changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kilde-token-'))
    ends.push(() => rm(folder, { recursive: true }))
    const tokenFile = join(folder, 'token')
    const { server, read } = await opened({ authentication: { kind: 'bearer', tokenFile } })
    await add(server, patient('a', kari))
    await expect(read()).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    for (const token of ['first', 'second']) {
      await writeFile(tokenFile, `${token}\n`)
      await read()
      expect(server.requests.at(-1)?.headers.authorization).toBe(`Bearer ${token}`)
    }
  })

  it('what it can do is asked once in an hour', async () => {
    let now = NOW
    const { server, read } = await opened({}, () => now)
    const times = () => server.requests.filter(({ url }) => url.endsWith('/metadata')).length
    await read()
    await read()
    expect(times()).toBe(1)
    now += 3_600_001
    await read()
    expect(times()).toBe(2)
  })

  it('links that name its own address behind a proxy are followed at ours', async () => {
    const { server, read } = await opened({ alsoAt: ['https://inner.test/fhir'] })
    await add(server, patient('a', kari), weight('1', 'a'), weight('2', 'a'), weight('3', 'a'))
    server.tamper((answer) => ({
      ...answer,
      body: answer.body.replaceAll(`"url":"${server.url}`, '"url":"https://inner.test/fhir'),
    }))
    expect(await ids(read)).toEqual(['1', '2', '3'])
  })
})

async function opened(settings: object = {}, now = () => NOW) {
  const server = await startSmallServer({ parameters: ['patient', 'date', '_id'], pageRows: 2 })
  ends.push(() => server.stop())
  const source: Source = openFhir({ url: server.url, ...settings }, now)
  ends.push(() => source.close())
  const read = (more: Partial<PageQuestion> = {}) =>
    source.read(
      {
        ...{ patient: kari, limit: 50, order: 'NEWEST_FIRST', status: ['final'] },
        ...{ elements: [], abnormalOnly: false, count: false, ...more },
      },
      signal,
    )
  return { server, read }
}

type Read = Awaited<ReturnType<typeof opened>>['read']

async function ids(read: Read): Promise<readonly string[]> {
  const page = await read()
  expect(page.truncated).toBeUndefined()
  return localIds(page.rows)
}

const localIds = (rows: readonly { readonly id: string }[]): readonly string[] =>
  rows.map(({ id }) => id.slice(id.indexOf('.') + 1)).sort(byText)

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

async function add(server: SmallServer, ...resources: readonly object[]): Promise<void> {
  for (const resource of resources) await server.create(resource, JSON.stringify(resource))
}

const patient = (id: string, identifier?: PageQuestion['patient']) => ({
  ...{ resourceType: 'Patient', id },
  ...(identifier && { identifier: [identifier] }),
})

const weight = (id: string, of: string, more: object = {}) => ({
  ...{
    resourceType: 'Observation',
    id,
    status: 'final',
    effectiveDateTime: '2026-11-10T08:00:00Z',
  },
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  ...{
    subject: { reference: `Patient/${of}` },
    valueQuantity: { value: 70, unit: 'kg', code: 'kg' },
  },
  ...more,
})
