import { describe, expect, it } from '@jest/globals'
import { createPlan, documentLimits } from '@kilde/gateway'
import { patients } from '@kilde/people'
import { KildeError } from '@kilde/service'
import { randomOf } from './random-documents.js'
import { scaled } from './scale.js'

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

/** CPU time (milliseconds): what others on the machine do does not count. */
async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
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

describe('G11 whatever comes', () => {
  it(`G11 ${scaled(4_000, 1_000_000)} documents made by the grammar: no crash, none takes 1 s of CPU`, async () => {
    const plan = createPlan(documentLimits)
    const random = randomOf(11)
    const seen = new Set<string>()
    let slowestMs = 0
    for (let count = 0; count < scaled(4_000, 1_000_000); count += 1) {
      const body = bodyOf(random.document())
      const cpuMs = await cpuMsOf(async () => seen.add(await outcome(plan, body)))
      slowestMs = Math.max(slowestMs, cpuMs)
    }
    expect(slowestMs).toBeLessThan(1_000)
    expect([...seen]).toEqual(
      expect.arrayContaining(['carried out', 'DOCUMENT_TOO_LARGE', 'ONE_PATIENT_ONLY']),
    )
  })

  it(`G11 ${scaled(4_000, 1_000_000)} strings of bytes, and requests with bytes changed: no crash, none takes 1 s of CPU`, async () => {
    const plan = createPlan(documentLimits)
    const random = randomOf(12)
    const seen = new Set<string>()
    let slowestMs = 0
    for (let count = 0; count < scaled(4_000, 1_000_000); count += 1) {
      const bytes = count % 2 ? random.bytes(200) : random.spoilt(bodyOf(random.document()))
      const cpuMs = await cpuMsOf(async () => seen.add(await outcome(plan, bytes)))
      slowestMs = Math.max(slowestMs, cpuMs)
    }
    expect(slowestMs).toBeLessThan(1_000)
    expect(seen).toContain('REQUEST_MALFORMED')
    expect(seen).toContain('DOCUMENT_MALFORMED')
  })
})
