import { afterEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import type { PageQuestion, Source } from '@kilde/organization/sources'
import { patients } from '@kilde/people'
import { openFhir } from './open-fhir.js'
import {
  type SmallAnswer,
  type SmallRequest,
  type SmallServer,
  startSmallServer,
} from './small-server.js'

const kari = parsePatientIdentifier(patients.copd.identifier)
const ella = parsePatientIdentifier(patients.onePlace.identifier)
const PULSE = 'http://loinc.org|8867-4'
const DAY_MS = 86_400_000
const START_MS = Date.parse('2026-01-01T08:00:00Z')
const ends: (() => Promise<unknown>)[] = []
const signal = new AbortController().signal

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe('a FHIR server that is not to be trusted', () => {
  it('gives nothing of another patient: it is left out and counted', async () => {
    const { source, server } = await opened()
    server.tamper(
      inEntries((text) =>
        text.replace('"value":3.0', '"value":33.0,"x":1').replace('Patient/kari', 'Patient/ella'),
      ),
    )
    const page = await source.read(question(), signal)
    expect(page).toMatchObject({ rows: [], dropped: 10, more: false })
    server.tamper(
      inEntries((text) => text.replace(/"Patient\/kari"(.*"value":4\.0)/, '"Patient/ella"$1')),
    )
    expect(await source.read(question(), signal)).toMatchObject({ rows: { length: 9 }, dropped: 1 })
  })

  it('cannot say of a row by reference and by number that it is of two patients', async () => {
    const { source, server } = await opened()
    const both = JSON.stringify({ reference: 'Patient/kari', identifier: ella })
    server.tamper(inEntries((text) => text.replace('{"reference":"Patient/kari"}', both)))
    expect(await source.read(question(), signal)).toMatchObject({ rows: [], dropped: 10 })
  })

  it('is not believed about whose record a Patient is', async () => {
    const { source, server } = await opened()
    server.tamper((answer, { url }) =>
      url.endsWith('/Patient/_search')
        ? { ...answer, body: answer.body.replaceAll(kari.value, ella.value) }
        : undefined,
    )
    const page = await source.read(question(), signal)
    expect(page).toMatchObject({ known: false, rows: [], dropped: 1 })
    expect(server.requests.some(({ url }) => url.includes('Observation'))).toBe(false)
  })

  it('may give more than was asked for: only what was asked for is given on', async () => {
    const { source, server } = await opened()
    const untilMs = START_MS + 3 * DAY_MS
    const honest = await source.read(question({ untilMs, codes: [PULSE] }), signal)
    const everything = await allOf(server)
    server.tamper((_answer, { url }) =>
      url.endsWith('/Observation/_search') ? { status: 200, body: everything } : undefined,
    )
    expect((await source.read(question({ untilMs, codes: [PULSE] }), signal)).rows).toEqual(
      honest.rows,
    )
    expect(honest.rows).toHaveLength(3)
    expect((await source.read(question({ codes: ['http://loinc.org|1-8'] }), signal)).rows).toEqual(
      [],
    )
  })

  it.each([
    ['to another host', 'http://127.0.0.2:1/fhir?page=2'],
    ['to another path of the same host', '/admin?page=2'],
    ['out of its own path', 'x/../../admin'],
    ['with a user', 'http://user@HOST/fhir?page=2'],
    [
      'with the patient’s number in an address',
      `?_getpages=%2530${patients.copd.identifier.slice(1)}`.replace('%2530', '0'),
    ],
  ])('is not followed %s; the answer says that something is missing', async (_what, link) => {
    const { source, server } = await opened()
    server.tamper(withNext((url) => link.replace('HOST', new URL(url).host)))
    const page = await source.read(question({ count: true }), signal)
    expect(page).toMatchObject({ rows: [], more: false, truncated: true })
    expect(page.count).toBeUndefined()
    expect(
      server.requests.filter(({ url }) => url.includes('admin') || url.includes('page=')),
    ).toEqual([])
    expect(server.requests.some(({ url }) => url.includes(kari.value))).toBe(false)
  })

  it('does not lead round for ever', async () => {
    const { source, server } = await opened()
    server.tamper(withNext((url) => `${url}/Observation?again=1`))
    expect(await source.read(question(), signal)).toMatchObject({ rows: [], truncated: true })
    expect(server.requests.length).toBeLessThan(60)
  })

  it('does not lead on for ever', async () => {
    const { source, server } = await opened({ limits: { pages: 5 } })
    let count = 0
    server.tamper(withNext((url) => `${url}/Observation?again=${count++}`))
    expect(await source.read(question(), signal)).toMatchObject({ rows: [], truncated: true })
    expect(server.requests.length).toBeLessThan(15)
  })

  it('does not tell of fewer than it has', async () => {
    const { source, server } = await opened()
    server.tamper((answer) => ({
      ...answer,
      body: answer.body.replace(/"total":(\d+)/, (_all, total) => `"total":${Number(total) + 1}`),
    }))
    expect(await source.read(question(), signal)).toMatchObject({ rows: [], truncated: true })
  })

  it.each<[string, SmallAnswer, string]>([
    ['an internal error', { status: 500, body: '<html>stack at 10.0.0.1</html>' }, 'SOURCE_FAILED'],
    ['too many requests', { status: 429, body: '' }, 'SOURCE_FAILED'],
    ['that it does not let us in', { status: 401, body: '' }, 'SOURCE_FAILED'],
    [
      'that the patient is closed to us (VKP 1.3)',
      { status: 400, body: vkp('1.3') },
      'SOURCE_FAILED',
    ],
    ['that it took too long (VKP 3.1)', { status: 400, body: vkp('3.1') }, 'SOURCE_FAILED'],
    ['that it does not understand (VKP 2.3)', { status: 400, body: vkp('2.3') }, 'SOURCE_INVALID'],
    [
      'an error beside no rows',
      { status: 200, body: searchset(outcome('transient')) },
      'SOURCE_FAILED',
    ],
    [
      'another address',
      { status: 302, body: '', headers: { location: '/fhir/metadata' } },
      'SOURCE_INVALID',
    ],
    ['a page of HTML', { status: 200, body: '<html>Log in</html>' }, 'SOURCE_INVALID'],
    ['another resource', { status: 200, body: '{"resourceType":"Observation"}' }, 'SOURCE_INVALID'],
    [
      'a history',
      { status: 200, body: '{"resourceType":"Bundle","type":"history"}' },
      'SOURCE_INVALID',
    ],
    [
      'entries twice',
      { status: 200, body: `{"entry":[{}],${searchset().slice(1)}` },
      'SOURCE_INVALID',
    ],
    ['a tower of brackets', { status: 200, body: '['.repeat(100_000) }, 'SOURCE_INVALID'],
    [
      'what is packed',
      { status: 200, body: searchset(), headers: { 'content-encoding': 'gzip' } },
      'SOURCE_INVALID',
    ],
    [
      'more than a page may have',
      { status: 200, body: `${searchset()}${' '.repeat(60_000)}` },
      'SOURCE_INVALID',
    ],
  ])('that answers %s fails, and is never an empty list', async (_what, answer, code) => {
    const { source, server } = await opened({ limits: { pageBytes: 50_000 } })
    server.tamper((_honest, { url }) => (url.endsWith('/Observation/_search') ? answer : undefined))
    const failure = await source.read(question(), signal).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code })
    expect(String(failure)).not.toMatch(/10\.0\.0\.1|Log in|127\.0/)
    expect(source.health().ok).toBe(false)
    server.tamper(undefined)
    expect((await source.read(question(), signal)).rows).toHaveLength(10)
    expect(source.health().ok).toBe(true)
  })

  it('spoils with one bad row that row alone', async () => {
    const { source, server } = await opened()
    const spoilt = [
      (text: string) => text.replace('"status":"final"', '"status":"finished"'),
      (text: string) => text.replace('"valueQuantity"', '"valueString":"x","valueQuantity"'),
      (text: string) =>
        text.replace(/"effectiveDateTime":"[^"]*"/, '"effectiveDateTime":"2026-02-30"'),
      (text: string) => text.replace('"code":{', '"__proto__":{"polluted":1},"code":{'),
      (text: string) => text.replace(/"value":[\d.]+/, `"value":${'9'.repeat(50)}`),
      (text: string) => text.replace(/"id":"o\d"/, '"id":"../../x"'),
    ]
    server.tamper(inEntries((text, index) => spoilt[index]?.(text) ?? text))
    const page = await source.read(question(), signal)
    expect(page).toMatchObject({ rows: { length: 4 }, dropped: 6 })
    expect({}).not.toHaveProperty('polluted')
  })

  it('is asked by POST alone, and no number of a patient stands in an address', async () => {
    const { source, server } = await opened()
    await source.read(question({ count: true }), signal)
    await source.names({ patient: kari }, signal)
    const sent = server.requests.map(({ method, url }) => `${method} ${url}`)
    expect(new Set(sent)).toEqual(
      new Set([
        'GET /fhir/metadata',
        'POST /fhir/Patient/_search',
        'POST /fhir/Observation/_search',
      ]),
    )
  })
})

async function opened(settings: object = {}): Promise<{ source: Source; server: SmallServer }> {
  const server = await startSmallServer({
    parameters: ['patient', 'status', 'combo-code', 'date', '_id'],
  })
  ends.push(() => server.stop())
  for (const [id, identifier] of Object.entries({ kari, ella })) {
    const patient = { resourceType: 'Patient', id, identifier: [identifier] }
    await server.create(patient, JSON.stringify(patient))
  }
  for (let index = 0; index < 10; index++) await server.create(...pulse(index))
  const source = openFhir({ url: server.url, ...settings })
  ends.push(() => source.close())
  return { source, server }
}

function pulse(index: number): [object, string] {
  const resource = {
    ...{ resourceType: 'Observation', id: `o${index}`, status: 'final' },
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    subject: { reference: 'Patient/kari' },
    effectiveDateTime: new Date(START_MS + index * DAY_MS).toISOString(),
    valueQuantity: {
      value: `@${index}.0@`,
      unit: '/min',
      system: 'http://unitsofmeasure.org',
      code: '/min',
    },
  }
  return [resource, JSON.stringify(resource).replace(/"@([\d.]+)@"/, '$1')]
}

const question = (more: Partial<PageQuestion> = {}): PageQuestion => ({
  ...{ patient: kari, limit: 50, order: 'NEWEST_FIRST', status: ['final'], count: false },
  ...{ elements: ['status', 'valueQuantity'], abnormalOnly: false },
  ...more,
})

const allOf = async ({ url }: SmallServer): Promise<string> =>
  (await fetch(`${url}/Observation/_search`, { method: 'POST' })).text()

/** Changes the texts of Observations. */
const inEntries =
  (change: (text: string, index: number) => string) =>
  (answer: SmallAnswer, { url }: SmallRequest): SmallAnswer | undefined => {
    if (!url.endsWith('/Observation/_search')) return undefined
    let index = 0
    const body = answer.body.replace(/"resource":(\{.*?\})\}(?=[,\]])/g, (_all, text: string) => {
      return `"resource":${change(text, index++)}}`
    })
    return { ...answer, body }
  }

/** Has every page of Observations followed by another. */
const withNext =
  (link: (base: string) => string) =>
  (answer: SmallAnswer, { url, headers }: SmallRequest): SmallAnswer | undefined => {
    if (url.includes('metadata') || url.includes('Patient')) return undefined
    const next = JSON.stringify([{ relation: 'next', url: link(`http://${headers.host}/fhir`) }])
    return { ...answer, body: answer.body.replace('"link":[]', `"link":${next}`) }
  }

function outcome(code: string, own?: string): object {
  const system = 'http://ehelse.no/fhir/CodeSystem/vkp-operation-outcome-v090'
  const details = own === undefined ? {} : { details: { coding: [{ system, code: own }] } }
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, ...details }] }
}

function vkp(code: string): string {
  return JSON.stringify(outcome('processing', code))
}

function searchset(...resources: readonly object[]): string {
  const entry = resources.map((resource) => ({ search: { mode: 'outcome' }, resource }))
  return JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry })
}
