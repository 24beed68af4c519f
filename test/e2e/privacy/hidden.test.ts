import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { run } from '@kilde/cli'
import { demoPatients, generateRows } from '@kilde/demo'
import type { Answer } from '@kilde/demo/test-network'
import { type OrganizationKey, organizations, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { leftBy, nodes, ownKeys } from '../audit/logs.js'
import { comparable, valuesOf, withoutFlags } from './compare.js'
import { demands, questions } from './hidden-questions.js'
import { change, liftAll } from './settings.js'

/** The municipality never discloses whether it withholds something; the others do. */
const hidden = organizations.municipality.number
const until = new Date('2026-03-15T10:00:00+01:00')
const patient = patients.copd
const each = Object.entries(questions)

const privacyKey = { KILDE_AUDIT_KEY: randomBytes(32).toString('base64url') }
const allKeys = { ...ownKeys, privacy: privacyKey }

let network: WatchedNetwork
beforeAll(async () => {
  const municipality = { ...ownKeys['municipality'], KILDE_DISCLOSURE: 'hidden' }
  network = await startNetwork({
    organizations: nodes,
    settings: { ...ownKeys, municipality, privacy: privacyKey },
  })
  await load('municipality')
}, 120_000)
afterAll(() => network.stop(), 60_000)

/** Rows and the name of one patient; nobody holds anything of the other. */
async function load(holder: OrganizationKey): Promise<void> {
  await network.load(generateRows({ patient, organizations: [holder], rows: 24, until }))
  const known = demoPatients(until).find(({ organization }) => organization === holder)
  if (known) await network.loaderTo(holder).load(known.bundle)
}

const ask = (query: string, { identifier }: { readonly identifier: string }, persona = 'gp') =>
  network.ask(persona, query, { identifier })
const block = () => change(network, 'patient', 'block')

interface Report {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly withheld: string
  readonly elapsed: number | null
}

/** What the hidden organisation said, in every field of the answer. */
const reportsOf = ({ body }: Answer): readonly Report[] =>
  valuesOf('sources', body)
    .flatMap((sources) => (sources ?? []) as readonly Report[])
    .filter(({ organization }) => organization?.number === hidden)

describe('an organisation that never discloses what it withholds', () => {
  describe.each([
    ['before a block', async () => {}, patient],
    ['after a block', block, patient],
    ['of somebody unknown', async () => {}, patients.none],
  ] as const)('%s', (_when, prepare, about) => {
    beforeAll(async () => {
      await prepare()
    })
    afterAll(() => liftAll(network, 'patient'))

    it.each(each)('says so on every answer, which is never complete: %s', async (_what, query) => {
      const answer = await ask(query, about)
      const reports = reportsOf(answer)
      expect(reports.length).toBeGreaterThan(0)
      for (const { withheld, elapsed } of reports) {
        expect({ withheld, elapsed }).toEqual({ withheld: 'NOT_DISCLOSED', elapsed: null })
      }
      expect(new Set(valuesOf('complete', answer.body))).toEqual(new Set([false]))
    })
  })

  it.each(['nurse', 'hospital-doctor', 'patient'])('says so to everybody: %s', async (persona) => {
    const [report] = reportsOf(await ask(questions['a list'] ?? '', patient, persona))
    expect(report).toMatchObject({ status: 'OK', withheld: 'NOT_DISCLOSED' })
  })

  describe('asked about somebody who has blocked it, and about somebody unknown', () => {
    beforeAll(async () => {
      await block()
    })
    afterAll(() => liftAll(network, 'patient'))

    it.each(each)('gives the same answer: %s', async (_what, query) => {
      const [blocked, empty] = [await ask(query, patient), await ask(query, patients.none)]
      expect(comparable(blocked)).toBe(comparable(empty))
      expect(new Set(reportsOf(blocked).map(({ status }) => status))).toEqual(new Set(['EMPTY']))
    })

    it.each(Object.entries(demands))('gives the same refusal: %s', async (_what, query) => {
      const [blocked, empty] = [await ask(query, patient), await ask(query, patients.none)]
      expect(comparable(blocked)).toBe(comparable(empty))
      expect(blocked.body.errors).toHaveLength(1)
    })

    it('is asked each time, once, and for nothing but the question itself', async () => {
      const port = Number(new URL(network.endpoints.municipality ?? '').port)
      const seenBy = async (about: typeof patient | typeof patients.none) => {
        const before = network.requests.length
        for (const query of Object.values(questions)) await ask(query, about)
        return network.requests
          .slice(before)
          .filter((request) => request.port === port)
          .map(({ method, url }) => `${method} ${url}`)
      }
      // Tokens are there from before.
      const once = Object.keys(questions).map(() => 'POST /graphql')
      expect(await seenBy(patient)).toEqual(once)
      expect(await seenBy(patients.none)).toEqual(once)
    })

    it('tells its own log, and the patient, what the gateway’s log has as EMPTY', async () => {
      const left = await leftBy(network, () => ask(questions['a list'] ?? '', patient))
      expect(left['gateway gp']?.[0]).toMatchObject({
        outcome: 'PARTIAL',
        sources: expect.arrayContaining([
          { organization: hidden, status: 'EMPTY', returned: 0, complete: false },
        ]),
      })
      expect(left['municipality']?.[0]).toMatchObject({
        rules: expect.arrayContaining([expect.stringMatching(/^Observation\/block:/)]),
      })
      const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
        accessLog(filter: { sources: ["${hidden}"], by: [PROFESSIONAL] }, first: 1) { nodes { outcome } } } }`
      const told = await ask(log, patient, 'patient')
      expect(valuesOf('outcome', told.body)).toEqual(['BLOCKED'])
    })

    it('agrees with the gateway when their logs are held against each other', async () => {
      const { code, out } = await audit('reconcile')
      // What closed rows here was stated at the privacy service, by its own log.
      expect(out).toMatch(/^[1-9]\d* statements of patients that organisations decided by$/m)
      expect(out).toMatch(/^[1-9]\d* requests at the gateway, [1-9]\d* records of organisations$/m)
      expect(out.trimEnd().split('\n').at(-1)).toBe('0 differences')
      expect(code).toBe(0)
    })
  })
})

describe('an organisation that discloses that it withholds something', () => {
  beforeAll(async () => {
    await load('hospital')
    await block()
  })
  afterAll(() => liftAll(network, 'patient'))

  // Of what would be empty anyway nothing is withheld.
  const matching = each.filter(
    ([what]) => !['what is abnormal', 'what was withdrawn'].includes(what),
  )

  it.each(matching)('tells that, and nothing else: %s', async (_what, query) => {
    const alone = query.replace(/\$identifier(, sources: \[[^\]]*\])?\)/, narrowed)
    const [blocked, empty] = [await ask(alone, patient), await ask(alone, patients.none)]
    expect(withoutFlags(blocked)).toBe(withoutFlags(empty))
    expect(valuesOf('withheld', blocked.body)).toContain('OBJECTION')
    expect(valuesOf('withheld', empty.body)).not.toContain('OBJECTION')
  })

  const narrowed = `$identifier, sources: ["${organizations.hospital.number}"])`
})

describe('the privacy service’s own log', () => {
  const own = ['--service', 'privacy', '--owner', 'privacy']

  it('is published as every log is, and is the one that lies there', async () => {
    await block()
    await liftAll(network, 'patient')
    const at = `${network.privacy}/audit`
    const keys = await fetch(`${at}/keys`)
    expect([keys.status, await keys.json()]).toEqual([200, { keys: [expect.anything()] }])
    // No tree head is signed for who asks: the first comes with the first minute.
    expect((await fetch(`${at}/tree-head`)).status).toBe(404)
  })

  it('is checked, proved and exported like the others', async () => {
    const verified = await audit('verify', ...own)
    expect([verified.code, lastLine(verified.out)]).toEqual([
      0,
      expect.stringMatching(/^1 of 1 logs whole, [1-9]\d* good records$/),
    ])
    const proved = await audit('prove', ...own, '--sequence', '1')
    expect([proved.code, lastLine(proved.out)]).toEqual([
      0,
      expect.stringMatching(/^1 records proved in the log of privacy, of [1-9]\d* records$/),
    ])
    let events = ''
    const exported = await audit('export', ...own, '--to', 'out', async (folder: string) => {
      events = await readFile(join(folder, 'out', 'audit-events.ndjson'), 'utf8')
    })
    expect([exported.code, lastLine(exported.out)]).toEqual([
      0,
      expect.stringMatching(/^[1-9]\d* AuditEvents exported of /),
    ])
    const [first = ''] = events.split('\n')
    expect(JSON.parse(first)).toMatchObject({ resourceType: 'AuditEvent' })
  })
})

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

/** `kilde audit` over the logs of this network. @param args the last may look into its folder before that goes */
async function audit(...args: readonly (string | ((folder: string) => Promise<void>))[]) {
  const folder = await mkdtemp(join(tmpdir(), 'kilde-hidden-'))
  const places = Object.entries(allKeys).map(([service, { KILDE_AUDIT_KEY: key }]) => ({
    ...{ service, key, directory: join(network.directory, 'audit', service) },
  }))
  await writeFile(join(folder, 'keys.json'), JSON.stringify(places))
  let out = ''
  const output = (write: (text: string) => void) => ({ write, isTerminal: false, columns: 80 })
  const words = args.filter((one) => typeof one === 'string')
  const code = await run(['audit', ...words, '--keys', 'keys.json'], {
    out: output((text) => {
      out += text
    }),
    err: output((text) => {
      out += text
    }),
    readStdin: async () => '',
    env: {},
    folder,
    now: Date.now,
  })
  for (const look of args) if (typeof look === 'function') await look(folder)
  await rm(folder, { recursive: true })
  return { code, out }
}
