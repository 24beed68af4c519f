import { describe, expect, it } from '@jest/globals'
import { generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import { createPageSigner } from '@kilde/trust/context'
import { parse } from 'graphql'
import type { Answer } from '../src/query/ask-gateway.js'
import { verifyAnswer } from '../src/query/verify-answer.js'

const [one, two] = ['310000108', '310000205']
const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  observations { rows: nodes { id text: valueText conflict provenance { system organization { number name } } }
    sources { organization { number } status } }
} }`
const document = parse(query)
const question = { query, document, variables: {} }
const signature = `e30.${Buffer.from(JSON.stringify({ jti: 'r-1' })).toString('base64url')}.e30`

const signedRow = (number: string, text: string) => ({
  id: `${number}.a`,
  text,
  conflict: false,
  provenance: [{ system: 'store', organization: { number } }],
})

const shownRow = (number: string, text: string) => ({
  ...signedRow(number, text),
  conflict: true,
  provenance: [{ system: 'store', organization: { number, name: 'A name of the registry' } }],
})

async function setting() {
  const keys = new Map([
    [one, await generateKey()],
    [two, await generateKey()],
  ])
  const pageOf = (number: string, text: string, requestId = 'r-1') => {
    const answer = JSON.stringify({
      data: { patient: { m0: { edges: [{ cursor: 'c', r0_0: signedRow(number, text) }] } } },
    })
    const key = keys.get(number) as PrivateJwk
    const signed = createPageSigner(number, key)(Buffer.from(answer), requestId)
    return { organization: number, signature: signed, answer }
  }
  const published = new Map([...keys].map(([number, key]) => [number, [publicPart(key)]]))
  const verify = (rows: readonly object[], pages: readonly object[]) => {
    const sources = [one, two].map((number) => ({ organization: { number }, status: 'OK' }))
    const data = { patient: { observations: { rows, sources } } }
    const body = { data, extensions: { kilde: { pages } } }
    const answer = { status: 200, body, graphql: { data, errors: [] }, signature }
    return verifyAnswer(answer as unknown as Answer, question, published)
  }
  return { pageOf, verify }
}

describe('an answer beside what its sources signed', () => {
  it('holds where every row is as a source signed it', async () => {
    const { pageOf, verify } = await setting()
    const pages = [pageOf(one, '70 kg'), pageOf(two, '71 kg')]
    expect(verify([shownRow(one, '70 kg'), shownRow(two, '71 kg')], pages)).toEqual({
      pages: 2,
      rows: 2,
      problems: [],
    })
  })

  it.each<readonly [string, object]>([
    ['a value', shownRow(one, '80 kg')],
    ['an id', { ...shownRow(one, '70 kg'), id: `${one}.b` }],
    ['whose it is', { ...shownRow(one, '70 kg'), provenance: shownRow(two, '').provenance }],
    ['a row of nobody', shownRow('310000999', '70 kg')],
  ])('does not where the gateway altered %s', async (_, row) => {
    const { pageOf, verify } = await setting()
    const { problems } = verify([row], [pageOf(one, '70 kg'), pageOf(two, '71 kg')])
    expect(problems).toEqual(['1 rows are not as any source signed them'])
  })

  it('does not where a page was altered, is of another request, or is missing', async () => {
    const { pageOf, verify } = await setting()
    const page = pageOf(one, '70 kg')
    const altered = { ...page, answer: page.answer.replace('70', '80') }
    const forged = [
      `the answer of ${one} was altered on its way`,
      `nothing that ${one} signed came with the answer`,
    ]
    expect(verify([], [altered, pageOf(two, '71 kg')]).problems).toEqual(forged)
    expect(verify([], [pageOf(one, '70 kg', 'r-2'), pageOf(two, '71 kg')]).problems).toEqual(forged)
    expect(verify([], [page]).problems).toEqual([`nothing that ${two} signed came with the answer`])
    expect(verify([], []).problems).toHaveLength(3)
  })
})
