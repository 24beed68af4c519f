import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { runHere } from '../../infra/cli/test/kit.js'
import { startNode } from '../../subgraphs/organization/test/kit/node.js'
import { bundle, weight } from '../../subgraphs/organization/test/kit/observations.js'
import { personaClaims, systemClaims } from '../../subgraphs/organization/test/kit/tokens.js'
import { type SmallServer, startSmallServer } from './small-server.js'

const own = organizations.municipality.number
const { identifier } = patients.copd
const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'
const QUESTION = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  observations(first: 10) { nodes { id status valueText provenance { system } } complete sources { status } }
} }`
const LAB = ['patient', 'status', 'date', '_id']

/** The measurements that both have: the third only here, the second with another value there. */
const held = [70.5, 71.5, 72.5].map((value, index) =>
  weight({
    identifier: [{ system: 'urn:test', value: `w${index}` }],
    effectiveDateTime: `2026-11-1${index}T08:00:00+01:00`,
    valueQuantity: { value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  }),
)

interface Line {
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

describe('a node with a shadow beside its store', () => {
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  let server: SmallServer
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    server = await startSmallServer({ parameters: LAB })
    await fill(server)
    const write = (fields: object, message: string): void => {
      lines.push({ fields: fields as Line['fields'], message })
      for (const look of waiting) look()
    }
    node = await startNode({
      databases: [{ organization: 'municipality' }],
      logger: { info: write, warn: write, error: write },
      settings: { KILDE_SOURCES: JSON.stringify(sourcesOf(server)) },
    })
    const sent = await node.post('/fhir', systemClaims(own), bundle('batch', ...held))
    expect(sent.status).toBe(200)
  }, 60_000)
  afterEach(() => {
    server.tamper(undefined)
    lines.length = 0
  })
  afterAll(async () => {
    await node.stop()
    await server.stop()
  })

  const ask = async (): Promise<unknown> => {
    const { body } = await node.ask(personaClaims('nurse', own), QUESTION, { identifier })
    return body
  }
  const told = (message: string): Promise<Line> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((line) => line.message === message)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })

  it('is answered by the store alone, and the log names what the shadow says otherwise', async () => {
    expect(await ask()).toMatchObject({
      data: {
        patient: {
          observations: {
            nodes: [{ valueText: '72.5 kg' }, { valueText: '71.5 kg' }, { valueText: '70.5 kg' }],
            complete: true,
            sources: [{ status: 'OK' }],
          },
        },
      },
    })
    const { fields } = await told('a shadow source answers otherwise')
    expect(fields).toMatchObject({
      ...{ organization: own, existing: 'embedded store', shadow: 'Journal', list: 'observations' },
      counts: { same: 1, missing: 1, extra: 1, differing: 1 },
      missing: [expect.stringMatching(`^${own}\\.`)],
      extra: [`${own}.w9`],
      differing: [
        {
          existing: expect.stringMatching(`^${own}\\.`),
          shadow: `${own}.w1`,
          fields: ['valueQuantity.value'],
        },
      ],
    })
    const line = JSON.stringify(fields)
    expect(line).not.toMatch(/7[012]\.5/)
    expect(line).not.toContain(identifier)
  })

  it.each([
    ['is down', { status: 500, body: '' }, 'SOURCE_FAILED'],
    ['answers no FHIR', { status: 200, body: '<html>' }, 'SOURCE_INVALID'],
  ])(
    'answers the same where the shadow %s; the log names the code',
    async (_what, answer, code) => {
      const honest = await ask()
      await told('a shadow source answers otherwise')
      server.tamper(() => answer)
      expect(await ask()).toEqual(honest)
      expect((await told('a shadow source did not answer')).fields).toMatchObject({ code })
      expect((await fetch(`${node.url}/health/live`)).status).toBe(200)
    },
  )

  it('waits for no shadow that never answers, and asks no more than two questions at once', async () => {
    const asked = new Promise<void>((resolve) => {
      server.hold((request) => {
        if (request.url.endsWith('_search')) resolve()
        return request.url.endsWith('_search')
      })
    })
    const answers = await Promise.all(Array.from({ length: 5 }, ask))
    for (const answer of answers) {
      expect(answer).toMatchObject({
        data: { patient: { observations: { nodes: { length: 3 }, complete: true } } },
      })
    }
    await asked
    expect(server.requests.filter(({ held: isHeld }) => isHeld).length).toBeLessThanOrEqual(2)
    server.hold(undefined)
  })

  it('tells the sum at its end, and ends although the shadow does not answer', async () => {
    await node.stop()
    const { fields } = await told('a shadow source until now')
    expect(fields).toMatchObject({
      questions: { failed: 2, same: 0, skipped: 3 },
      fields: { 'valueQuantity.value': expect.any(Number) },
    })
    expect(JSON.stringify(lines)).not.toContain(identifier)
  })
})

describe('kilde shadow', () => {
  let folder: string
  let servers: readonly SmallServer[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-shadow-'))
    servers = [
      await startSmallServer({ parameters: LAB }),
      await startSmallServer({ parameters: LAB }),
    ]
    const [existing, shadow] = servers
    await fill(existing, held)
    await fill(shadow)
    const sources = [
      { kind: 'fhir', name: 'PMD', url: existing?.url },
      { kind: 'fhir', name: 'Journal', url: shadow?.url, shadow: {} },
    ]
    await writeFile(join(folder, 'pmd.json'), JSON.stringify({ organization: own, sources }))
    await writeFile(join(folder, 'numbers.txt'), `${identifier}\n${patients.none.identifier}\n`)
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await rm(folder, { recursive: true })
  })

  const shadow = (...more: readonly string[]) =>
    runHere(['shadow', '--sources', 'pmd.json', '--patients', 'numbers.txt', ...more], {
      folder,
      now: () => Date.parse('2026-11-22T12:00:00Z'),
    })

  it('prints each row and field that differ, without values and numbers', async () => {
    const ran = await shadow()
    expect(ran).toMatchObject({ code: 3, err: '' })
    expect(ran.out).toContain('Journal beside PMD, 2 patients')
    expect(ran.out).toMatch(/^observations +2 +0 +1 +1 +1 +1$/m)
    expect(ran.out).toContain(
      `patient 1, observations: ${own}.r2 and ${own}.w1: valueQuantity.value\n`,
    )
    expect(ran.out).toContain(`patient 1, observations: ${own}.w9 is extra\n`)
    expect(ran.out).not.toMatch(/7[012]\.5/)
    expect(ran.out).not.toContain(identifier)
  })

  it('prints values where that is asked for, and JSON', async () => {
    expect((await shadow('--values')).out).toContain('valueQuantity.value 71.5 and 75.5')
    const { shadows } = JSON.parse((await shadow('--json')).out) as { shadows: readonly unknown[] }
    expect(shadows).toMatchObject([
      {
        shadow: 'Journal',
        lists: expect.arrayContaining([
          expect.objectContaining({ list: 'observations', same: 1, differing: 1 }),
        ]),
        failures: [],
      },
    ])
  })

  it('says what did not answer, and fails where nothing did', async () => {
    servers[1]?.tamper((_answer, { url }) =>
      url.endsWith('Observation/_search') ? { status: 500, body: '' } : undefined,
    )
    const partly = await shadow()
    expect(partly).toMatchObject({ code: 3 })
    expect(partly.out).toContain('patient 1, observations: SOURCE_FAILED')
    servers[1]?.tamper(() => ({ status: 500, body: '' }))
    expect(await shadow()).toMatchObject({ code: 1 })
    servers[1]?.tamper(undefined)
  })

  it('ends with 0 where they say the same, and names every fault of its file', async () => {
    const url = servers[0]?.url
    const sources = [
      { kind: 'fhir', name: 'One', url },
      { kind: 'fhir', name: 'Other', url, shadow: {} },
    ]
    await writeFile(join(folder, 'same.json'), JSON.stringify({ organization: own, sources }))
    expect(await shadow('--sources', 'same.json')).toMatchObject({ code: 0 })
    await writeFile(join(folder, 'bad.json'), JSON.stringify({ organization: '1', sources: [{}] }))
    const { code, err } = await shadow('--sources', 'bad.json')
    expect(code).toBe(1)
    expect(err).toContain('organization: must be nine digits')
    expect(err).toContain('sources.0')
    const alone = { organization: own, sources: [{ kind: 'embedded', shadow: {} }] }
    await writeFile(join(folder, 'bad.json'), JSON.stringify(alone))
    const refused = (await shadow('--sources', 'bad.json')).err
    expect(refused).toContain('not all of the sources can be shadows: none would answer')
    expect(refused).toContain('an embedded store is open in its node alone')
    const stdin = await runHere(['shadow', '--sources', 'same.json', '--patients', '-'], {
      folder,
      stdin: `${identifier}\n123\n`,
    })
    expect(stdin.err).toContain('Line 2 of the patients')
    expect(stdin.err).not.toContain('123')
  })
})

const sourcesOf = ({ url }: SmallServer) => [
  { kind: 'embedded' },
  { kind: 'fhir', name: 'Journal', url, shadow: { timeoutMs: 60_000 } },
]

/** A server with the patient and, unless told otherwise, what differs from what is held. */
async function fill(server: SmallServer | undefined, rows?: readonly object[]): Promise<void> {
  const patient = {
    ...{ resourceType: 'Patient', id: 'kari', identifier: [{ system: FNR, value: identifier }] },
  }
  await server?.create(patient, JSON.stringify(patient))
  const [first, second] = held
  const others = [
    { ...first, id: 'w0' },
    {
      ...second,
      id: 'w1',
      valueQuantity: { ...(second?.['valueQuantity'] as object), value: 75.5 },
    },
    {
      ...weight({ effectiveDateTime: '2026-11-15T08:00:00+01:00' }),
      ...{ id: 'w9', identifier: undefined },
    },
  ]
  for (const one of rows ?? others) {
    const resource = { ...one, subject: { reference: 'Patient/kari' } }
    await server?.create(resource, JSON.stringify(resource))
  }
}
