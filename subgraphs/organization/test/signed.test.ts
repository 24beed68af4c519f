import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { BEFORE_ALL, encodeBoundary, parseBoundary } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { generateKey, publicPart } from '@kilde/trust'
import { isGenuinePage } from '@kilde/trust/context'
import { startDatabase } from './kit/database.js'
import { contextOf, salt, startNode } from './kit/node.js'
import { bundle, NOW, weight } from './kit/observations.js'
import { createRequester } from './kit/requester.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const { number } = organizations.municipality
const identifier = patients.copd.identifier
const WEIGHT = 'http://loinc.org|29463-7'

interface Listed {
  readonly edges: readonly { readonly cursor: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

type Node = Awaited<ReturnType<typeof startNode>>
type Variables = Readonly<Record<string, unknown>>

/** What the nurse's front-end sends to the gateway. */
const SIGNED = `query Mine($identifier: PatientIdentifier!, $first: Int = 3, $after: Cursor) {
  organizations { name }
  patient(identifier: $identifier) {
    id
    weights: observations(first: $first, after: $after, filter: { codes: ["${WEIGHT}"] }) {
      nodes { valueText provenance { recorded organization { name } } }
      complete
    }
    latestObservations(codes: ["${WEIGHT}"]) { items { observation { id } complete } }
    observationTrend(code: "${WEIGHT}", unit: "kg", bucket: DAY, period: { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" }) { buckets { mean } }
    name { value { text } }
  }
}`

/** What a gateway makes of a part of it, as it prints it. */
const asked = (below: string): string =>
  `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${below} } }`
const REPORT =
  'sources { organization { number } status dropped withheld reason asOf contractVersion }'
const CODES = `codes: ["${WEIGHT}"]`
const list = (args: string, row = 'valueText provenance { recorded organization { number } }') =>
  asked(
    `m0: observations(${args}) { edges { cursor r0_0: node { ${row} } } pageInfo { hasNextPage } ${REPORT} }`,
  )
const GOOD = `first: 3, filter: { ${CODES}, superseding: true }, order: NEWEST_FIRST`

describe('a node that answers only what the requester has signed', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Node
  let pageKey: Awaited<ReturnType<typeof generateKey>>
  let requester: ReturnType<typeof createRequester>
  const claims = personaClaims('nurse', number)
  beforeAll(async () => {
    database = await startDatabase()
    pageKey = await generateKey()
    node = await startNode({
      databases: [{ organization: 'municipality', url: await database.createDatabase('signed') }],
      now: () => Date.now(),
      settings: {
        KILDE_REQUEST_SIGNATURE: 'REQUESTER',
        KILDE_PAGE_KEY: JSON.stringify(pageKey),
      },
    })
    requester = createRequester(node.issuer, claims)
    const rows = Array.from({ length: 6 }, (_, index) =>
      weight({
        identifier: [{ system: 'urn:test', value: `w${index}` }],
        effectiveDateTime: new Date(NOW - index * 3_600_000).toISOString(),
      }),
    )
    const loaded = await node.post('/fhir', systemClaims(number), bundle('batch', ...rows))
    expect(loaded.status).toBe(200)
  }, 120_000)
  afterAll(async () => {
    await node?.stop()
    await database?.stop()
  })

  const signedRequest = (variables: Variables = {}, query = SIGNED) =>
    requester.sign(query, { identifier, ...variables })

  const ask = (query: string, request: object | undefined, variables: Variables = {}) =>
    node.ask(claims, query, { identifier, ...variables }, request ? { request } : {})

  const codeOf = ({ body }: { readonly body: unknown }): string | undefined =>
    (body as { errors?: readonly { extensions: { code: string } }[] }).errors?.[0]?.extensions.code

  it.each<readonly [string, string]>([
    ['the rows that were signed', list(GOOD)],
    ['fewer of them', list(GOOD.replace('first: 3', 'first: 1'))],
    [
      'key fields besides',
      list(GOOD, 'id effective identifier { system value } valueText __typename'),
    ],
    [
      'the newest of the codes, with what tells copies',
      asked(
        `m0: latestObservations(${CODES}) { items { code edges { cursor r0_0: node { id } } } ${REPORT} }`,
      ),
    ],
    [
      'the parts of a trend',
      asked(
        `m0: observationTrend(code: "${WEIGHT}", unit: "kg", bucket: DAY, period: { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" }) { buckets { start end rows { cursor value } rest { count mean squares minimum maximum mayCountCopies } } leftOut ${REPORT} }`,
      ),
    ],
    [
      'a name with its variants',
      asked(`m0: name { variants { value { text family given use } rank recorded } ${REPORT} }`),
    ],
    ['the handle alone', asked('__typename id')],
  ])('answers %s', async (_, query) => {
    const { status, body } = await ask(query, signedRequest())
    expect({ status, code: codeOf({ body }) }).toEqual({ status: 200, code: undefined })
  })

  it.each<readonly [string, string]>([
    ['more rows', list(GOOD.replace('first: 3', 'first: 4'))],
    ['as many rows as there are by default', list(GOOD.replace('first: 3, ', ''))],
    ['another field', list(GOOD, 'valueText interpretation { text }')],
    [
      'a field of something that was signed',
      list(GOOD, 'valueText provenance { recorded system }'),
    ],
    ['other codes', list(GOOD.replace(WEIGHT, 'http://loinc.org|8867-4'))],
    ['all codes', list('first: 3')],
    [
      'another status',
      list(GOOD.replace('superseding', 'status: [ENTERED_IN_ERROR], superseding')),
    ],
    ['another order', list(GOOD.replace('NEWEST', 'OLDEST'))],
    ['how many there are', list(GOOD).replace('pageInfo', 'totalCount { value } pageInfo')],
    [
      'the newest of other codes',
      asked('m0: latestObservations(codes: ["http://loinc.org|8867-4"]) { items { code } }'),
    ],
    [
      'another trend',
      asked(
        `m0: observationTrend(code: "${WEIGHT}", unit: "kg", bucket: DAY, period: { start: "2020-11-01T00:00:00Z", end: "2020-12-01T00:00:00Z" }) { buckets { mean } }`,
      ),
    ],
    [
      'the same list twice',
      list(GOOD).replace('m0:', `m1: observations(${GOOD}) { edges { cursor } } m0:`),
    ],
  ])('refuses what asks for %s', async (_, query) => {
    const { status, body } = await ask(query, signedRequest())
    expect({ status, code: codeOf({ body }) }).toEqual({ status: 403, code: 'BEYOND_SIGNATURE' })
  })

  it.each([
    [
      'a patient in the document',
      SIGNED.replace('identifier: $identifier)', `identifier: "${identifier}")`),
    ],
    ['an argument of another type', SIGNED.replace('bucket: DAY', 'bucket: 7')],
    [
      'an argument of another type below a row',
      SIGNED.replace('valueText', 'quantity(unit: [7]) { value }'),
    ],
  ])('refuses what was signed with %s, and repeats nothing of it', async (_, query) => {
    const { status, body } = await ask(list(GOOD), signedRequest({}, query))
    expect({ status, code: codeOf({ body }) }).toEqual({ status: 403, code: 'BEYOND_SIGNATURE' })
    expect(JSON.stringify(body)).not.toContain(identifier)
  })

  it('refuses another patient than the one that was signed', async () => {
    const { identifier: other } = patients.diabetes
    const { status, body } = await node.ask(
      claims,
      list(GOOD),
      { identifier: other },
      {
        request: signedRequest(),
      },
    )
    expect({ status, code: codeOf({ body }) }).toEqual({ status: 403, code: 'BEYOND_SIGNATURE' })
  })

  it.each(['sources: ["310000205"]', `excludeSources: ["${number}"]`])(
    'refuses what was not signed for it: %s',
    async (choice) => {
      const query = SIGNED.replace(
        '(identifier: $identifier)',
        `(identifier: $identifier, ${choice})`,
      )
      expect(codeOf(await ask(list(GOOD), signedRequest({}, query)))).toBe('BEYOND_SIGNATURE')
    },
  )

  it('answers only what comes after the signed cursor, in the order of the list', async () => {
    const t = NOW - 2 * 3_600_000
    const place = encodeBoundary({ t, i: '', o: '', d: '' })
    const after = `${place}.0.0..mac`
    const later = encodeBoundary({ t: t - 1, i: '', o: '', d: '' })
    const earlier = encodeBoundary({ t: t + 1, i: '', o: '', d: '' })
    const from = (cursor: string) => list(`${GOOD}, after: "${cursor}"`)
    expect(codeOf(await ask(list(GOOD), signedRequest({ after })))).toBe('BEYOND_SIGNATURE')
    expect(codeOf(await ask(from(earlier), signedRequest({ after })))).toBe('BEYOND_SIGNATURE')
    expect((await ask(from(place), signedRequest({ after }))).status).toBe(200)
    expect((await ask(from(later), signedRequest({ after }))).status).toBe(200)
  })

  it('answers later rounds of one request until its rows are used up', async () => {
    const request = signedRequest({ first: 5 })
    const rows = (first: number) => list(GOOD.replace('first: 3', `first: ${first}`))
    expect((await ask(rows(2), request)).status).toBe(200)
    expect((await ask(rows(3), request)).status).toBe(200)
    expect(codeOf(await ask(rows(1), request))).toBe('REQUEST_SIGNATURE_REPLAYED')
  })

  it('says how far a page tells, so that nobody needs to look one row ahead', async () => {
    const page = list(GOOD).replace('hasNextPage', 'hasNextPage endCursor')
    const endOf = async (request: object, query: string) => {
      const { body } = await ask(query, request)
      const { edges, pageInfo } = (body as { data: { patient: { m0: Listed } } }).data.patient.m0
      const { t, i } = parseBoundary(edges.at(-1)?.cursor) ?? {}
      return { told: parseBoundary(pageInfo.endCursor), t, i, ...pageInfo }
    }
    const { told, t, i, hasNextPage } = await endOf(signedRequest(), page)
    expect(hasNextPage).toBe(true)
    expect(told).toEqual({ t, i, o: BEFORE_ALL, d: BEFORE_ALL })
    const whole = page.replace('first: 3', 'first: 6')
    const end = await endOf(signedRequest({ first: 6 }), whole)
    expect(end).toMatchObject({ hasNextPage: false, told: { t: end.t, i: end.i, o: number } })
  })

  it('refuses what comes without the requester’s signature, and tells the contract all the same', async () => {
    const { status, body } = await ask(list(GOOD), undefined)
    expect({ status, code: codeOf({ body }) }).toEqual({
      status: 403,
      code: 'REQUEST_SIGNATURE_REQUIRED',
    })
    expect((await node.ask(claims, '{ _service { sdl } }')).status).toBe(200)
  })

  it.each(['requester', 'patient', 'purpose', 'operation', 'decisionRef'] as const)(
    'refuses a context with another %s, whatever was signed',
    async (name) => {
      const request = signedRequest()
      const forged = { request, [name]: name === 'purpose' ? 'BTG' : 'another' }
      const answer = await node.ask(claims, list(GOOD), { identifier }, forged)
      expect(codeOf(answer)).toBe('CONTEXT_MISMATCH')
    },
  )

  it('refuses an exchanged token without any context', async () => {
    const body = Buffer.from(JSON.stringify({ query: list(GOOD), variables: { identifier } }))
    expect(codeOf(await node.post('/graphql', claims, body))).toBe('CONTEXT_MISSING')
  })

  it('signs its answer to that very request', async () => {
    const request = signedRequest()
    const ofSalt = salt()
    const query = list(GOOD)
    const context = contextOf(claims, query, { identifier }, ofSalt)
    const url = `${node.url}/graphql`
    const accessToken = node.issuer.token({ ...claims })
    const body = Buffer.from(
      JSON.stringify({
        query,
        variables: { identifier },
        extensions: { kilde: { ...context, request } },
      }),
    )
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        authorization: `DPoP ${accessToken}`,
        dpop: node.issuer.proof.sign({ method: 'POST', url, accessToken, body }),
      },
    })
    const page = Buffer.from(await response.arrayBuffer())
    const [, payload = ''] = request.signature.split('.')
    const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string }
    const signature = response.headers.get('kilde-page-signature') ?? ''
    const given = { organization: number, page, signature, requestId: jti }
    expect(isGenuinePage(given, [publicPart(pageKey)])).toBe(true)
    const altered = Buffer.from(page.toString().replace('70.5', '80.5'))
    expect(altered).not.toEqual(page)
    expect(isGenuinePage({ ...given, page: altered }, [publicPart(pageKey)])).toBe(false)
  })

  it('records what it refuses, in the access log of who asked and in the security log', async () => {
    const codes = (await node.records('municipality')).map((record) =>
      'code' in record ? record.code : undefined,
    )
    const security = await readFile(join(node.directory, 'security', 'security.jsonl'), 'utf8')
    for (const code of ['BEYOND_SIGNATURE', 'REQUEST_SIGNATURE_REQUIRED', 'CONTEXT_MISMATCH']) {
      expect(codes).toContain(code)
      expect(security).toContain(code)
    }
    expect(security).not.toContain(identifier)
  })
})
