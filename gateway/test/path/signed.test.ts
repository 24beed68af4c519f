import { describe, expect, it } from '@jest/globals'
import type { LocatedProvider } from '@kilde/catalogue'
import { parse } from 'graphql'
import { documentLimits } from '../../src/limit-settings.js'
import { compileMergePlan } from '../../src/merge/compile-plan.js'
import { contract } from '../../src/merge/contract.js'
import { Cursors } from '../../src/merge/cursor.js'
import { createFanOut } from '../../src/path/fan-out.js'
import { createPlan } from '../../src/path/plan.js'
import { createPrepare } from '../../src/path/prepare.js'
import { respond } from '../../src/path/respond.js'
import type { Answered, Asked, Authenticated, Fetch } from '../../src/path/stage.js'
import type { SourceQuestion } from '../../src/transport/ask-source.js'
import { Evidence } from '../../src/transport/evidence.js'
import { cappedRounds } from '../../src/transport/signed-part.js'
import { askedBy, operationOf, provider } from '../merge/ask-all.js'

const [plain, strict] = ['310000108', '310000205']
const body = Buffer.from('{"query":"…","variables":{}}')
const signed = { signature: 'a.b.c', body }

const requiring = (number: string): LocatedProvider => ({
  ...provider(number),
  requestSignature: 'REQUESTER',
})

function fetchOf(below: string, more: Partial<Asked>): Fetch {
  const plan = compileMergePlan(contract, parse(operationOf(`id ${below}`)), undefined, {})
  const prepare = createPrepare(new Cursors({ current: Buffer.alloc(32, 1) }))
  return prepare({ ...askedBy(), ...more }, plan, { identifier: 'x' })
}

interface Sent {
  readonly variables: Readonly<Record<string, unknown>>
  readonly extensions: { readonly kilde: { readonly request?: unknown } }
}

async function fanOut(fetch: Fetch) {
  const sent = new Map<string, Sent>()
  const ask = async ({ number }: LocatedProvider, question: SourceQuestion) => {
    sent.set(number, JSON.parse(Buffer.from(question.body).toString('utf8')) as Sent)
    return {
      ...{ organization: number, status: 'EMPTY', reason: undefined, elapsedMs: 1, pages: [] },
      status: 'EMPTY' as const,
    }
  }
  const located = {
    providers: [provider(plain), requiring(strict)],
    confirmedAtMs: 0,
    stale: false,
  }
  const { answers } = await createFanOut({ ask, timeLeftMs: () => 1_000 })(fetch, located)
  return { sent, answers }
}

const list = 'observations(first: 5) { complete }'

describe('a request that its requester signed', () => {
  it('is passed on unchanged, with the requester’s token, to those alone that require it', async () => {
    const { sent } = await fanOut(fetchOf(list, signed))
    expect(sent.get(strict)?.extensions.kilde.request).toEqual({
      signature: 'a.b.c',
      token: 'requester-token',
      body: body.toString(),
    })
    expect(sent.get(plain)?.extensions.kilde.request).toBeUndefined()
  })

  it('is passed on to all where the client wants what they sign', async () => {
    const { sent } = await fanOut(fetchOf(list, { ...signed, evidence: new Evidence() }))
    expect(sent.get(plain)?.extensions.kilde.request).toBeDefined()
  })

  it('asks those that require it for no more rows than were signed, over all rounds', async () => {
    const fetch = fetchOf(list, signed)
    const { sent } = await fanOut(fetch)
    expect(sent.get(strict)?.variables['first_0']).toBe(5)
    expect(sent.get(plain)?.variables['first_0']).toBe(6)
    const more = [{ after: undefined, first: 6 }]
    expect(cappedRounds(fetch, requiring(strict), more)).toEqual([undefined])
    expect(cappedRounds(fetch, provider(plain), more)).toEqual(more)
  })
})

describe('a request that nobody signed', () => {
  it('does not reach those that require it: they are told as not asked', async () => {
    const { sent, answers } = await fanOut(fetchOf(list, {}))
    expect([...sent.keys()]).toEqual([plain])
    expect(answers.at(1)).toMatchObject({
      organization: strict,
      status: 'NOT_ASKED',
      reason: 'SIGNATURE_REQUIRED',
    })
  })
})

describe('what a client sends with its request', () => {
  const planned = (signature: string | undefined, extensions?: unknown) =>
    createPlan(documentLimits)({
      body: Buffer.from(JSON.stringify({ query: '{ __typename }', extensions })),
      signature,
    } as unknown as Authenticated)

  it.each(['x', 'a.b', 'a.b.c.d', `a.b.${'c'.repeat(4_096)}`, 'a.b.c, d.e.f'])(
    'is refused where the signature is no compact JWS: %#',
    async (signature) => {
      await expect(planned(signature)).rejects.toMatchObject({
        code: 'REQUEST_SIGNATURE_MALFORMED',
      })
    },
  )

  it('asks for what sources sign by `extensions.kilde.pages` alone', async () => {
    expect((await planned('a.b.c')).evidence).toBeUndefined()
    expect((await planned(undefined, { other: 1 })).evidence).toBeUndefined()
    expect((await planned(undefined, { kilde: { pages: 'yes' } })).evidence).toBeUndefined()
    expect((await planned(undefined, { kilde: { pages: true } })).evidence).toBeDefined()
  })
})

describe('what sources signed', () => {
  it('stands beside the answer, as it came', () => {
    const evidence = new Evidence()
    evidence.keep(plain, { status: 200, body: Buffer.from('{"data":{}}'), signature: 'x.y.z' })
    evidence.keep(strict, { status: 200, body: Buffer.from('{"data":{}}') })
    evidence.keep(strict, { status: 403, body: Buffer.from('{}'), signature: 'x.y.z' })
    const answered = { status: 200, result: Buffer.from('{"data":{"patient":null}}\n'), evidence }
    const reply = respond(answered as unknown as Answered)
    expect(JSON.parse(String(reply.body))).toEqual({
      data: { patient: null },
      extensions: {
        kilde: { pages: [{ organization: plain, signature: 'x.y.z', answer: '{"data":{}}' }] },
      },
    })
  })
})
