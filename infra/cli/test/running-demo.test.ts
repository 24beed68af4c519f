import { readdirSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demoCharts } from '@kilde/demo'
import { patients } from '@kilde/people'
import { freePort } from '@kilde/service'
import { generateKey, publicPart } from '@kilde/trust'
import { faultsIn, readTurtle } from './dcat-ap-no.js'
import { type RunningDemo, startRunningDemo } from './running-demo.js'

const patient = patients.copd.identifier
const nobody = patients.none.identifier

const EXAMPLES = new URL('../../../test/examples/', import.meta.url)

interface List {
  readonly nodes: readonly { readonly provenance: readonly { organization: { name: string } }[] }[]
  readonly complete: boolean
  readonly sources: readonly { organization: { name: string }; status: string }[]
}

let demo: RunningDemo
let folder: string
const write = (name: string, content: string) => writeFile(join(folder, name), content)
const kilde = (...args: readonly string[]) => demo.kilde(...args)
const program = (...args: readonly string[]) => demo.program(args)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kilde-cli-'))
  demo = await startRunningDemo(['municipality', 'hospital', 'neighbour'], {
    data: 'none',
    faults: ['neighbour'],
  })
  await demo.network.load(demoCharts(new Date()).copd)
}, 180_000)
afterAll(async () => {
  await demo?.stop()
})

const listIn = (out: string): List => JSON.parse(out).data.patient.observations

describe('kilde watch', () => {
  it('prints each event as a line: first where each organisation stands', async () => {
    const { code, out, err } = await program(
      ...['watch', '--as', 'nurse', '--patient', patient, '--events', '2'],
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const events = out.trimEnd().split('\n')
    expect(events).toHaveLength(2)
    const { data, extensions } = JSON.parse(events[0] ?? '') as {
      data: { patient: { observations: { sources: { status: string }[] } } }
      extensions: { kilde: { stream: string } }
    }
    expect(data.patient.observations.sources.map(({ status }) => status)).toContain('PENDING')
    expect(extensions.kilde.stream).toMatch(/^[\w-]+$/)
  })

  it('shows a query’s answer source by source', async () => {
    const { code, out } = await program(
      ...['watch', '--as', 'nurse', '--patient', patient],
      ...['--file', fileURLToPath(new URL('plans.graphql', EXAMPLES))],
    )
    expect(code).toBe(0)
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '').data.patient).toBeDefined()
  })
})

describe('kilde query', () => {
  it('prints the answer to the README’s query, of three organisations, and nothing else', async () => {
    const { code, out, err } = await program(
      'query',
      '--as',
      'hospital-doctor',
      '--patient',
      patient,
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { nodes, complete } = listIn(out)
    const names = nodes.flatMap(({ provenance }) =>
      provenance.map(({ organization }) => organization.name),
    )
    expect(new Set(names)).toEqual(
      new Set(['Fjordheim sykehus HF', 'Solvik kommune', 'Granli kommune']),
    )
    expect(complete).toBe(true)
  })

  it.each(['nurse', 'patient'])(
    'signs in as %s, and takes the patient from standard input',
    async (persona) => {
      const { code, out } = await demo.program(
        ['query', '--as', persona, '--patient', '-'],
        `${patient}\n`,
      )
      expect(code).toBe(0)
      expect(listIn(out).nodes).toHaveLength(5)
    },
  )

  it('compares the answer with what its sources signed', async () => {
    const { code, err } = await kilde(
      ...['query', '--as', 'nurse', '--patient', patient, '--verify'],
    )
    expect(err).toMatch(/^kilde: \d+ rows are as \d+ signed answers of sources have them\.\n$/)
    expect(code).toBe(0)
  })

  it('ends with 3 and a note where a source is missing', async () => {
    demo.network.faults.neighbour?.behave('cut')
    const { code, out, err } = await program('query', '--as', 'nurse', '--patient', patient)
    demo.network.faults.neighbour?.behave('pass')
    expect(code).toBe(3)
    expect(err).toBe('kilde: the answer is incomplete; its `sources` tell what is missing.\n')
    expect(listIn(out).sources).toContainEqual({
      organization: { name: 'Granli kommune' },
      status: 'UNREACHABLE',
    })
  })

  it('ends with 1 where the gateway answers with an error, and prints that answer', async () => {
    await write(
      'zero.graphql',
      'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 0) { complete } } }',
    )
    const { code, out, err } = await kilde(
      'query',
      '--as',
      'nurse',
      '--patient',
      patient,
      '--file',
      join(folder, 'zero.graphql'),
    )
    expect(code).toBe(1)
    expect(JSON.parse(out).errors[0].extensions.code).toBe('ARGUMENT_OUT_OF_RANGE')
    expect(err).toMatch(/^kilde: ARGUMENT_OUT_OF_RANGE: .+\n$/)
    expect(`${out}${err}`).not.toContain(patient)
  })

  it('passes variables on', async () => {
    await write(
      'few.graphql',
      'query ($identifier: PatientIdentifier!, $first: Int) { patient(identifier: $identifier) { observations(first: $first) { nodes { id } complete } } }',
    )
    const { code, out } = await kilde(
      ...['query', '--as', 'nurse', '--patient', patient, '--variables', '{"first": 3}'],
      ...['--file', join(folder, 'few.graphql')],
    )
    expect(code).toBe(0)
    expect(listIn(out).nodes).toHaveLength(3)
  })

  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.graphql')))(
    'answers the example %s',
    async (name) => {
      const file = fileURLToPath(new URL(name, EXAMPLES))
      const { code, out, err } = await kilde(
        ...['query', '--as', 'nurse', '--patient', patient, '--file', file],
      )
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(JSON.parse(out)).not.toHaveProperty('errors')
    },
  )

  it('says in one line that the gateway cannot be reached', async () => {
    const port = await freePort('127.0.0.1')
    const { code, out, err } = await kilde(
      'query',
      '--as',
      'nurse',
      '--patient',
      patient,
      '--endpoint',
      `http://127.0.0.1:${port}`,
    )
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(
      `kilde: The gateway cannot be reached at http://127.0.0.1:${port}: nobody listens there.\n`,
    )
  })
})

describe('kilde demo', () => {
  it('tells scripts what is there', async () => {
    const { code, out, err } = await program('demo', '--json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const told = JSON.parse(out)
    expect(told.addresses.gateway).toBe(demo.network.gateway)
    expect(told.personas).toEqual(
      expect.arrayContaining([
        'gp',
        'nurse',
        'hospital-doctor',
        'acute-doctor',
        'secretary',
        'patient',
        'parent',
      ]),
    )
    expect(told.organizations[0]).toEqual({
      key: 'municipality',
      number: '310000108',
      name: 'Solvik kommune',
      address: demo.network.endpoints.municipality,
      audience: 'kilde:organization:310000108',
      pid: process.pid,
    })
    expect(told.patients[0]).toMatchObject({
      identifier: patient,
      story: patients.copd.story,
      organizations: ['310000108', '310000205', '310000507'],
    })
    expect(out).not.toContain('keyFile')
  })

  it('tells people as well', async () => {
    const { code, out } = await kilde('demo')
    expect(code).toBe(0)
    expect(out).toMatch(/municipality +310000108 +Solvik kommune/)
    expect(out).toContain(`${patient}  Kari Kols`)
  })
})

describe('kilde load', () => {
  const observation = (id: string, value: string, more = '"status":"final",') =>
    `{"resourceType":"Observation","id":"${id}",${more}"code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
      "subject":{"identifier":{"system":"urn:oid:2.16.578.1.12.4.1.4.1","value":"${nobody}"}},
      "effectiveDateTime":"2026-10-01T08:00:00+02:00",
      "valueQuantity":{"value":${value},"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}`.replaceAll(
      /\n\s*/g,
      '',
    )
  const bundle = (count: number) => {
    const entries = Array.from(
      { length: count },
      (_, index) =>
        `{"resource":${observation(`w${index}`, `${index}.0`)},"request":{"method":"PUT","url":"Observation/w${index}"}}`,
    )
    return `{"resourceType":"Bundle","type":"batch","entry":[${entries.join(',')}]}`
  }

  it('gives a large Bundle in parts, to the digit; the second time nothing changes', async () => {
    await write('bundle.json', bundle(601))
    const load = () => kilde('load', join(folder, 'bundle.json'), '--to', 'hospital')
    expect(await load()).toEqual({
      code: 0,
      err: '',
      out: 'Fjordheim sykehus HF: 601 taken (601 new, 0 updated), 0 unchanged, 0 refused.\n',
    })
    expect((await load()).out).toBe(
      'Fjordheim sykehus HF: 0 taken (0 new, 0 updated), 601 unchanged, 0 refused.\n',
    )
    const { body } = await demo.network.ask(
      'hospital-doctor',
      'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 1000) { nodes { valueText } } } }',
      { identifier: nobody },
    )
    const texts = (body.data as { patient: { observations: { nodes: { valueText: string }[] } } })
      .patient.observations.nodes
    expect(new Set(texts.map(({ valueText }) => valueText))).toEqual(
      new Set(Array.from({ length: 601 }, (_, index) => `${index}.0 kg`)),
    )
  })

  it('says what of a folder was refused, and why, and ends with 3', async () => {
    const lines = [
      observation('l1', '70.1'),
      observation('l2', '70.2', ''),
      observation('l3', '70.3', ''),
    ]
    const mixed = await mkdtemp(join(folder, 'mixed-'))
    await writeFile(join(mixed, 'a.ndjson'), lines.join('\n'))
    await writeFile(join(mixed, 'b.json'), '{"resourceType":"Patient"}')
    expect(await kilde('load', mixed, '--to', 'Solvik kommune')).toEqual({
      code: 3,
      err: '',
      out: `Solvik kommune: 1 taken (1 new, 0 updated), 0 unchanged, 3 refused.
  2 × resource.status: is required (first: a.ndjson, line 2)
  1 × is a resource of type Patient; only Bundle and Observation are loaded (b.json)
`,
    })
    const { out } = await kilde('load', mixed, '--to', '310000108', '--json')
    expect(JSON.parse(out)).toMatchObject({ created: 0, unchanged: 1, refused: 3 })
  })

  it('ends with 1 and one line where the one file is no good, or the organisation is not known', async () => {
    await write('broken.json', '{"resourceType":\n}')
    const file = join(folder, 'broken.json')
    expect(await program('load', file, '--to', 'hospital')).toEqual({
      code: 1,
      out: '',
      err: `kilde: ${file} is not JSON (line 2, column 1).\n`,
    })
    expect(await kilde('load', file, '--to', 'gp')).toEqual({
      code: 1,
      out: '',
      err: 'kilde: There is no such organisation; there are: municipality (Solvik kommune), hospital (Fjordheim sykehus HF), neighbour (Granli kommune).\n',
    })
  })
})

describe('kilde registry and kilde sources', () => {
  it('prints the API catalogue for others to harvest', async () => {
    const { code, out } = await kilde('catalogue', '--contact', 'post@registry.example')
    expect([code, faultsIn(readTurtle(out))]).toEqual([0, []])
    expect(out).toContain('Kilde at Solvik kommune')
    expect(out).toContain('mailto:post@registry.example')
  })

  it.each([
    ['--format', 'json', '--format takes dcat, which is the only one so far.'],
    ['--contact', 'somebody', '--contact takes the address of a page, or an e-mail address.'],
    ['--base', 'nowhere', '--base takes an http or https address.'],
  ])('prints no catalogue with %s %s', async (option, value, text) => {
    const { code, out, err } = await kilde('catalogue', option, value)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(text)
  })

  const query = () => kilde('query', '--as', 'nurse', '--patient', patient)
  const statuses = (out: string) =>
    Object.fromEntries(
      listIn(out).sources.map(({ organization, status }) => [organization.name, status]),
    )

  it('drains, pauses and activates with effect on the next question', async () => {
    for (const [turn, said] of [
      ['drain', 'is drained'],
      ['pause', 'is paused'],
    ] as const) {
      const { code, out, err } = await kilde('registry', turn, 'hospital')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain(`Fjordheim sykehus HF (310000205) ${said} (version `)
      expect(out).toMatch(/In effect at 6 of 6 followers: kilde-gateway\//)
      const answer = await query()
      expect(answer.code).toBe(3)
      expect(statuses(answer.out)).toMatchObject({ 'Fjordheim sykehus HF': 'NOT_ASKED' })
    }
    expect((await kilde('registry', 'activate', '310000205')).code).toBe(0)
    expect((await kilde('registry', 'activate', '310000205')).out).toContain('Nothing to change: ')
    expect((await query()).code).toBe(0)
  })

  it('adds an organisation with agreements, and removes it with them', async () => {
    const port = await freePort('127.0.0.1')
    const added = await kilde(
      ...[
        'registry',
        'add',
        '310000906',
        '--name',
        'Nye legekontor',
        '--kind',
        'gp',
        '--classes',
        'Observation',
      ],
      ...['--endpoint', `http://127.0.0.1:${port}`, '--replicas', `http://127.0.0.1:${port}/b`],
      ...['--member', '--agree-all'],
    )
    expect({ code: added.code, err: added.err }).toEqual({ code: 0, err: '' })
    expect(added.out).toContain(
      'Nye legekontor (310000906) is in the registry, with agreements with 3 others (version ',
    )
    const answer = await query()
    expect(answer.code).toBe(3)
    expect(statuses(answer.out)).toMatchObject({ 'Nye legekontor': 'UNREACHABLE' })
    const { out } = await kilde('sources', '--as', 'nurse')
    expect(out).toMatch(
      /310000906 +Nye legekontor +ACTIVE +Observation +1\.2 +does not answer +http:\S+ +agreement 310000108-310000906/,
    )
    expect(out).toMatch(
      /310000108 +Solvik kommune +ACTIVE +Observation CarePlan[A-Za-z ]* +1\.2 +ready +http:\S+ +own data/,
    )

    const listed = await kilde('registry', 'list')
    expect(listed.out).toContain(` http://127.0.0.1:${port} http://127.0.0.1:${port}/b\n`)

    const removed = await kilde('registry', 'remove', 'nye legekontor')
    expect(removed.code).toBe(0)
    expect(removed.out).toMatch(/Agreements ended with it: 310000108-310000906, /)
    expect(statuses((await query()).out)).not.toHaveProperty('Nye legekontor')
  })

  it('says of an organisation who signs what it is asked, and what keys sign its answers', async () => {
    const [first, second] = [await generateKey(), await generateKey()]
    await write('first.json', JSON.stringify(publicPart(first)))
    await write('both.json', JSON.stringify({ keys: [first, second].map(publicPart) }))
    const file = (name: string) => join(folder, name)
    const entryOf = async (number: string) => {
      const { organizations } = JSON.parse((await kilde('registry', 'state')).out)
      return organizations.find((one: { number: string }) => one.number === number)
    }
    const added = await kilde(
      ...['registry', 'add', '310000906', '--name', 'Nye legekontor', '--kind', 'gp'],
      ...['--request-signature', 'requester', '--page-keys', file('first.json')],
    )
    expect({ code: added.code, err: added.err }).toEqual({ code: 0, err: '' })
    const entry = await entryOf('310000906')
    expect(entry).toMatchObject({
      requestSignature: 'REQUESTER',
      pageKeys: [publicPart(first)],
    })

    const set = (...args: readonly string[]) => kilde('registry', 'set', '310000906', ...args)
    const { code, out } = await set('--page-keys', file('both.json'))
    expect(code).toBe(0)
    expect(out).toContain(
      'Nye legekontor (310000906): what it is asked is signed by the requester, its answers by 2 keys (version ',
    )
    const pageKeys = [first, second].map(publicPart)
    expect(await entryOf('310000906')).toEqual({ ...entry, pageKeys })
    expect((await set('--page-keys', file('both.json'))).out).toContain('Nothing to change: ')
    expect((await set('--no-page-keys', '--request-signature', 'GATEWAY')).out).toContain(
      'signed by the gateway, its answers by no keys (version ',
    )
    const { pageKeys: _none, ...rest } = entry
    expect(await entryOf('310000906')).toEqual({ ...rest, requestSignature: 'GATEWAY' })
    expect((await kilde('registry', 'remove', '310000906')).code).toBe(0)
  })

  it('does not put a private key into the registry, nor what is no key', async () => {
    await write('private.json', JSON.stringify(await generateKey()))
    await write('none.json', '{"kty":"RSA"}')
    const before = (await kilde('registry', 'state')).out
    const wrong = {
      'private.json': 'it is private; give its public half',
      'none.json': 'holds no key that fits: 0 kty ',
    }
    for (const [name, why] of Object.entries(wrong)) {
      const ran = await kilde('registry', 'set', 'hospital', '--page-keys', join(folder, name))
      expect({ code: ran.code, out: ran.out }).toEqual({ code: 1, out: '' })
      expect(ran.err).toContain(why)
    }
    expect((await kilde('registry', 'state')).out).toBe(before)
  })

  it('agrees, one way or both', async () => {
    const { code, out } = await kilde(
      'registry',
      'agree',
      'hospital',
      'neighbour',
      '--purposes',
      'TREAT',
      '--both-ways',
    )
    expect(code).toBe(0)
    expect(out).toContain('Fjordheim sykehus HF and Granli kommune may ask each other (version ')
    const state = JSON.parse((await kilde('registry', 'state')).out)
    const made = state.agreements.filter(({ id }: { id: string }) => id.startsWith('3100'))
    expect(
      made.map(({ id, purposes }: { id: string; purposes: string[] }) => [id, purposes]),
    ).toEqual([
      ['310000205-310000507', ['TREAT']],
      ['310000507-310000205', ['TREAT']],
    ])
    const past = await kilde('registry', 'agree', 'hospital', 'neighbour', '--until', '2020-01-01')
    expect(past).toMatchObject({ code: 1, out: '' })
    expect(past.err).toBe(
      "kilde: The registry's data are not valid: agreement 310000205-310000507: it ends before it begins\n",
    )
  })

  it('lists organisations and followers', async () => {
    const { code, out } = await kilde('registry', 'list')
    expect(code).toBe(0)
    expect(out).toMatch(/310000213 +Fjordheim lungepoliklinikk +HOSPITAL +ACTIVE +– +310000205 +–/)
    expect(out).toMatch(/kilde-node-310000205\//)
  })

  it.each([
    [
      ['registry', 'add', '310000907', '--name', 'X', '--kind', 'gp'],
      2,
      'number is no organisation number',
    ],
    [['registry', 'add', '310000906', '--name', 'X', '--kind', 'shop'], 2, 'kind Invalid option'],
    [
      ['registry', 'add', '310000906', '--name', 'X', '--kind', 'gp', '--replicas', 'ftp://x'],
      2,
      'replicas.0 is no http or https address',
    ],
    [
      ['registry', 'drain', '310000914'],
      1,
      'There is no such organisation; there are: municipality (Solvik kommune), ',
    ],
    [['registry', 'set', 'hospital'], 2, 'Say what to change: --request-signature'],
    [
      ['registry', 'set', 'hospital', '--request-signature', 'nobody'],
      2,
      'requestSignature Invalid option',
    ],
    [['sources', '--as', 'surgeon'], 2, 'There is no such persona; there are: gp, '],
  ])('says in one line what is wrong: kilde %j', async (args, code, text) => {
    const ran = await kilde(...args)
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' })
    expect(ran.err).toContain(text)
    expect(ran.err.split('\n')).toHaveLength(2)
  })
})
