import { describe, expect, it } from '@jest/globals'
import { KildeError } from '@kilde/service'
import { documentLimits } from '../../src/limit-settings.js'
import { createPlan } from '../../src/path/plan.js'
import type { Authenticated } from '../../src/path/stage.js'

const plan = createPlan(documentLimits)
const patient = '08825133489'

/** The code and text that a body is refused with, or `accepted`. */
async function outcome(body: unknown): Promise<unknown> {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  try {
    await plan({ body: bytes } as unknown as Authenticated)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof KildeError)) throw error
    const { code, publicText } = error as { code: string; publicText: string }
    return { code, text: publicText }
  }
}

const document = (below: string) =>
  `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${below} } }`
const ask = (query: string, identifier: unknown = patient) =>
  outcome({ query, variables: { identifier } })

describe('reading an operation', () => {
  it('takes a query about one patient and keeps the number out of the document', async () => {
    const asked = await plan({
      body: Buffer.from(
        JSON.stringify({ query: document('id'), variables: { identifier: patient } }),
      ),
    } as unknown as Authenticated)
    expect(asked.patient).toEqual({ system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: patient })
    expect(JSON.stringify(asked.operation.document)).not.toContain(patient)
  })

  it.each([
    ['a literal identifier', `{ patient(identifier: "${patient}") { id } }`],
    ['a literal that is no number', '{ patient(identifier: "x") { id } }'],
    ['a number', `{ patient(identifier: ${patient}) { id } }`],
    [
      'a default value',
      `query ($identifier: PatientIdentifier = "${patient}") { patient(identifier: $identifier) { id } }`,
    ],
    [
      'a literal elsewhere',
      document(`observations(filter: { codes: ["x|${patient}"] }) { complete }`),
    ],
    [
      'a number with a space',
      document(`observations(filter: { codes: ["x|088251 33489"] }) { complete }`),
    ],
    ['a comment', `# ${patient}\n${document('id')}`],
    ['an alias', document(`n${patient}: id`)],
    [
      'a nested literal',
      document(`... on Patient { observations(after: "${patient}") { complete } }`),
    ],
    ['an escaped literal', document('observations(after: "0882513348\\u0039") { complete }')],
  ])('refuses %s with a person number in the document', async (_name, query) => {
    expect(await ask(query)).toEqual({
      code: 'IDENTIFIER_IN_DOCUMENT',
      text: 'The document holds a person number as a literal. Send it as a variable.',
    })
  })

  it.each([
    ['wrong check digits', '08825133480', 'The check digits of the patient identifier are wrong.'],
    ['too few digits', '123', 'A patient identifier has 11 digits, bare or as `system|value`.'],
    ['nothing', null, 'A patient identifier has 11 digits, bare or as `system|value`.'],
    [
      'a number instead of a text',
      8_825_133_489,
      'A patient identifier has 11 digits, bare or as `system|value`.',
    ],
    ['an unknown system', `urn:x|${patient}`, 'The system of the patient identifier is not known.'],
  ])('refuses an identifier with %s, and never repeats it', async (_name, identifier, text) => {
    expect(await ask(document('id'), identifier)).toEqual({
      code: 'PATIENT_IDENTIFIER_INVALID',
      text,
    })
  })

  it('refuses two patients in one operation, also through a fragment', async () => {
    const two = {
      code: 'ONE_PATIENT_ONLY',
      text: 'One operation asks about one patient: `patient` may stand there once.',
    }
    const both =
      'query ($a: PatientIdentifier!, $b: PatientIdentifier!) { a: patient(identifier: $a) { id } b: patient(identifier: $b) { id } }'
    expect(await outcome({ query: both, variables: { a: patient, b: patient } })).toEqual(two)
    const hidden =
      'query ($a: PatientIdentifier!, $b: PatientIdentifier!) { a: patient(identifier: $a) { id } ...F } fragment F on Query { b: patient(identifier: $b) { id } }'
    expect(await outcome({ query: hidden, variables: { a: patient, b: patient } })).toEqual(two)
  })

  it('refuses a document of 200 kB, of depth 50, with 60 aliases, with 5,000 tokens', async () => {
    const deep = `${'... on Patient { '.repeat(0)}${'a { '.repeat(49)} b ${'}'.repeat(49)}`
    const aliases = Array.from({ length: 60 }, (_, index) => `a${index}: id`).join(' ')
    const wide = 'id '.repeat(5_000)
    for (const below of ['x'.repeat(200_000), deep, aliases, wide]) {
      expect(await ask(document(below))).toMatchObject({
        code: 'DOCUMENT_TOO_LARGE',
        text: expect.stringMatching(/^The GraphQL document is too large: /),
      })
    }
  })

  it('says where a document cannot be parsed without quoting it', async () => {
    expect(await ask(`query {\n  patient("secret word")`)).toEqual({
      code: 'DOCUMENT_MALFORMED',
      text: 'The GraphQL document cannot be parsed. Line 2, column 11.',
    })
  })

  it.each([
    ['not JSON', '{'],
    ['a batch', '[{"query":"{__typename}"}]'],
    ['no query', '{}'],
    ['variables as a list', '{"query":"{__typename}","variables":[]}'],
  ])('refuses a body that is %s', async (_name, body) => {
    expect(await outcome(body)).toEqual({
      code: 'REQUEST_MALFORMED',
      text: 'The body is no GraphQL request: a JSON object with a text `query`.',
    })
  })

  it('lets the standard introspection query pass', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect(await outcome({ query: getIntrospectionQuery() })).toBe('accepted')
  })
})
