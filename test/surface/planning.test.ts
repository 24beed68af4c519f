import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createPlan, documentLimits } from '@kilde/gateway'
import { patients } from '@kilde/people'
import { KildeError } from '@kilde/service'
import { type BareGateway, cpuMsOf, startBareGateway } from './bare-gateway.js'
import { byteStrings, documents, fuzz } from './fuzz.js'
import { planOperations } from './plan-operations.js'
import { randomOf } from './random-documents.js'
import { scaled } from './scale.js'
import { repeat } from './setting.js'

type Plan = ReturnType<typeof createPlan>
type Request = Parameters<Plan>[0]

const { identifier } = patients.copd
const requestOf = (body: string | Uint8Array): Request =>
  ({ body: Buffer.from(body as string), requester: {} }) as unknown as Request
const bodyOf = (query: string): string => JSON.stringify({ query, variables: { identifier } })

/** `carried out`, or the code of the refusal. @throws whatever is no refusal of ours: a crash */
async function outcome(plan: Plan, body: string | Uint8Array): Promise<string> {
  try {
    await plan(requestOf(body))
    return 'carried out'
  } catch (fault) {
    if (fault instanceof KildeError) return String(fault.code)
    throw fault
  }
}

describe('G3 documents that grow when they are written out', () => {
  const bomb = (levels: number): string =>
    [
      'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ...F0 } }',
      ...Array.from(
        { length: levels },
        (_, at) => `fragment F${at} on Patient { ...F${at + 1} ...F${at + 1} }`,
      ),
      `fragment F${levels} on Patient { id }`,
    ].join('\n')

  it('G3 2^30 fields in fragments are refused within 50 ms of CPU and 20 MiB', async () => {
    const plan = createPlan(documentLimits)
    await outcome(plan, bodyOf(bomb(3)))
    const rss = process.memoryUsage().rss
    let found = ''
    const cpuMs = await cpuMsOf(async () => {
      found = await outcome(plan, bodyOf(bomb(30)))
    })
    expect(found).toBe('DOCUMENT_TOO_LARGE')
    expect(cpuMs).toBeLessThanOrEqual(50)
    expect(process.memoryUsage().rss - rss).toBeLessThanOrEqual(20 * 1_048_576)
  })

  it.each([
    ['one fragment', '{ ...A } fragment A on Query { ...A }'],
    ['two', '{ ...A } fragment A on Query { ...B } fragment B on Query { __typename ...A }'],
    [
      'below a field',
      'query { ...A } fragment A on Query { organizations { parent { ...B } } } fragment B on Organization { parent { ...B } }',
    ],
    ['inline', '{ ...A } fragment A on Query { ... { ... on Query { ...A } } }'],
    [
      'one that is not used',
      '{ ...A __typename } fragment A on Query { __typename } fragment B on Query { ...B }',
    ],
  ])('G3 a cycle of %s does not end the process, nor take long', async (_, query) => {
    const plan = createPlan(documentLimits)
    let found = ''
    const cpuMs = await cpuMsOf(async () => {
      found = await outcome(plan, bodyOf(query))
    })
    expect(['DOCUMENT_MALFORMED', 'carried out']).toContain(found)
    expect(cpuMs).toBeLessThanOrEqual(50)
  })

  it('G3 deep brackets, values, lists of types and directives do not end the stack', async () => {
    const plan = createPlan({ ...documentLimits, maxTokens: 100_000, maxCharacters: 1_000_000 })
    const many = 40_000
    for (const query of [
      `{ a(b: ${'['.repeat(many)}`,
      `{ a(b: ${'{c:'.repeat(many)}`,
      `${'{a'.repeat(many)}`,
      `query ($a: ${'['.repeat(many)}Int) { a }`,
      `{ a ${'@b('.repeat(many)}`,
    ]) {
      expect(await outcome(plan, bodyOf(query))).toBe('DOCUMENT_TOO_LARGE')
    }
  })

  it('G3 an object that is called `__schema` by an alias is counted like any other', async () => {
    const plan = createPlan(documentLimits)
    const deep = `{ __schema: organizations { ${'parent { '.repeat(12)} number ${'}'.repeat(12)} } }`
    expect(await outcome(plan, bodyOf(deep))).toBe('DOCUMENT_TOO_LARGE')
  })
})

describe('G4 operations that fit the schema', () => {
  it(`G4 ${scaled(200, 10_000)} made by chance: each is planned, and none is ended for being planned too long`, async () => {
    const gateway = await startBareGateway()
    const { count, ends, planned } = await planOperations(gateway, scaled(200, 10_000), 4)
    await gateway.stop()
    expect(ends.get('PLANNING_TOO_LONG')).toBeUndefined()
    expect(planned).toBe(count)
  }, 900_000)

  it('G4 one that is planned too long is refused with a code of its own, and the next is planned', async () => {
    const gateway = await startBareGateway({ planningMs: 1 })
    const name = 'name { variants { rank } conflict }'
    const large = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${name} } ${repeat(
      9,
      (at) => `o${at}: organizations { number name parent { number name parent { number } } }`,
    )} }`
    expect(await gateway.ask(bodyOf(large))).toBe('PLANNING_TOO_LONG')
    await gateway.stop()
  })
})

describe('G11 whatever comes', () => {
  let gateway: BareGateway
  beforeAll(async () => {
    gateway = await startBareGateway()
  })
  afterAll(() => gateway.stop())
  const count = scaled(1_000, 1_000_000)

  it(`G11 ${count} documents made by the grammar: no crash, none takes 1 s of CPU`, async () => {
    const { crashes, ends, slowestMs } = await fuzz(gateway, count, documents(randomOf(11), 11))
    expect(crashes).toEqual([])
    expect(slowestMs).toBeLessThan(1_000)
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(['carried out', 'DOCUMENT_TOO_LARGE', 'ONE_PATIENT_ONLY']),
    )
  }, 3_600_000)

  it(`G11 ${count} strings of bytes, and requests with bytes changed: no crash, none takes 1 s of CPU`, async () => {
    const { crashes, ends, slowestMs } = await fuzz(gateway, count, byteStrings(randomOf(12)))
    expect(crashes).toEqual([])
    expect(slowestMs).toBeLessThan(1_000)
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(['REQUEST_MALFORMED', 'DOCUMENT_MALFORMED']),
    )
  }, 3_600_000)
})
