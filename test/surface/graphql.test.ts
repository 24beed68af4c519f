import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { documentLimits } from '@kilde/gateway'
import { organizations } from '@kilde/people'
import { questionsToSources } from '../kit/sources.js'
import {
  about,
  graphql,
  identifier,
  repeat,
  type Sending,
  type Sent,
  type Surface,
  send,
  startSurface,
} from './setting.js'

let surface: Surface
beforeAll(async () => {
  surface = await startSurface({ KILDE_DOCUMENT_MAX_COST: '2000' })
}, 180_000)
afterAll(() => surface.stop(), 60_000)

const ask = (sending: Sending): Promise<Sent> => send(surface, sending)

/** Refused with this status, and no organisation was asked. */
async function expectRefused(sending: Sending, status: number, code?: string): Promise<Sent> {
  const before = questionsToSources(surface.network)
  const answer = await ask(sending)
  expect([answer.status, ...(code === undefined ? [] : [answer.code])]).toEqual([
    status,
    ...(code === undefined ? [] : [code]),
  ])
  expect(answer.text).not.toMatch(/"data":\{"\w+":[^n]/)
  expect(questionsToSources(surface.network)).toBe(before)
  return answer
}

describe('G1 the checks of graphql-cop find nothing', () => {
  const cases: readonly (readonly [string, Sending, number, string])[] = [
    [
      'alias overloading',
      graphql(`{ ${repeat(101, (at) => `a${at}: __typename`)} }`),
      400,
      'DOCUMENT_TOO_LARGE',
    ],
    [
      'array batching',
      { body: JSON.stringify(Array(10).fill({ query: '{ __typename }' })) },
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'field duplication',
      about(
        'observations(first: 1) { nodes { '.concat(
          repeat(documentLimits.maxTokens, () => 'id'),
          ' } }',
        ),
      ),
      400,
      'DOCUMENT_TOO_LARGE',
    ],
    [
      'directive overloading',
      graphql(`{ __typename ${'@skip(if: false) '.repeat(100)} }`),
      400,
      'DOCUMENT_TOO_LARGE',
    ],
    [
      'circular introspection',
      graphql(
        '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      ),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a query as GET', { method: 'GET', search: '?query={__typename}' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a mutation as GET',
      { method: 'GET', search: '?query=mutation{a}' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'a form as POST',
      {
        body: 'query={__typename}',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
      'MEDIA_TYPE_NOT_SUPPORTED',
    ],
  ]
  it.each(cases)('G1 %s is refused', async (_, sending, status, code) => {
    await expectRefused(sending, status, code)
  })

  it('G1 a misspelt field gets no suggestions', async () => {
    const { text } = await ask(
      about('observatons { complete } latestObservation(codes: []) { complete }'),
    )
    expect(text).toContain('GRAPHQL_VALIDATION_FAILED')
    expect(text).not.toMatch(/did you mean/i)
  })

  it('G1 the tracing extension, a landing page and GraphiQL are not at the address of the graph', async () => {
    const traced = await ask({
      ...graphql('{ __typename }'),
      headers: { 'apollo-federation-include-trace': 'ftv1' },
    })
    expect(JSON.parse(traced.text)).toEqual({ data: { __typename: 'Query' } })
    const page = await ask({ method: 'GET', headers: { accept: 'text/html' } })
    expect([page.status, page.text]).not.toEqual([200, expect.anything()])
    expect(page.text).not.toMatch(/<html|graphiql|playground/i)
  })

  it('G1 introspection is let through to who is signed in, whole, and to nobody else', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    const whole = await ask(graphql(getIntrospectionQuery()))
    expect([whole.status, whole.text.includes('"Observation"')]).toEqual([200, true])
    const stranger = await ask({
      ...graphql(getIntrospectionQuery()),
      headers: { authorization: undefined },
    })
    expect(stranger.status).toBe(401)
  })
})

describe('G2 each limit lets its size through and refuses one more', () => {
  const {
    maxCharacters,
    maxTokens,
    maxDepth,
    maxAliases,
    maxDirectives,
    maxRootFields,
    maxFields,
  } = documentLimits
  const padded = (characters: number): Sending => {
    const query = '{ __typename }'
    return graphql(query + ' '.repeat(characters - query.length))
  }
  /** Many small operations, of which one is carried out: five tokens each, and what is left over in the last. */
  const operationsOf = (tokens: number): Sending => {
    const many = repeat(Math.floor(tokens / 5) - 1, (at) => `query Q${at} { __typename }`)
    const query = `${many} query Last { __typename ${repeat(tokens % 5, () => '__typename')} }`
    return { body: JSON.stringify({ query, operationName: 'Last' }) }
  }
  // A list of organisations, because it needs nobody to be asked.
  const organizationsWith = (fields: string) => graphql(`{ organizations { ${fields} } }`)
  const cases: readonly (readonly [string, number, (size: number) => Sending])[] = [
    ['characters', maxCharacters, padded],
    ['tokens', maxTokens, operationsOf],
    ['aliases', maxAliases, (size) => organizationsWith(repeat(size, (at) => `a${at}: name`))],
    [
      'directives',
      maxDirectives,
      (size) => organizationsWith(repeat(size, () => 'name @skip(if: false)')),
    ],
    [
      'fields at the top',
      maxRootFields,
      (size) => graphql(`{ ${repeat(size, () => '__typename')} }`),
    ],
    [
      'levels',
      maxDepth,
      (size) =>
        graphql(
          `{ organizations { ${'parent { '.repeat(size - 2)} number ${'} '.repeat(size - 2)} } }`,
        ),
    ],
    [
      'fields in fragments that are used again',
      maxFields,
      (size) =>
        graphql(
          `{ organizations { ${repeat((size - 1) / 10 - 0.9, () => '...F')} ${repeat(9, () => 'name')} } } fragment F on Organization { ${repeat(10, () => 'number')} }`,
        ),
    ],
  ]
  it.each(cases)('G2 %s: %s', async (what, most, write) => {
    const inside = await ask(write(most))
    expect([inside.status, inside.code]).toEqual([200, undefined])
    const more = write(what.startsWith('fields in') ? most + 10 : most + 1)
    await expectRefused(more, 400, 'DOCUMENT_TOO_LARGE')
  })

  it('G2 rows times located organisations: 2,000 of two organisations', async () => {
    const rows = (first: number, more = '') =>
      about(`a: observations(first: ${first}) { complete } ${more}`)
    expect((await ask(rows(1_000))).code).toBeUndefined()
    await expectRefused(
      rows(1_000, 'b: observations(first: 1) { complete }'),
      400,
      'QUESTION_TOO_COSTLY',
    )
    const chosen = `b: observations(first: 1000, filter: { sources: ["${organizations.gp.number}"] }) { complete }`
    expect(
      (await ask(about(`a: observations(first: 500) { complete } ${chosen}`))).code,
    ).toBeUndefined()
    await expectRefused(
      about(`a: observations(first: 501) { complete } ${chosen}`),
      400,
      'QUESTION_TOO_COSTLY',
    )
  })

  it('G2 rows count also where `first` is a variable, or is left out', async () => {
    const query = `query ($identifier: PatientIdentifier!, $first: Int) {
      patient(identifier: $identifier) { a: observations(first: $first) { complete } b: observations { complete } }
    }`
    expect((await ask(graphql(query, { identifier, first: 950 }))).code).toBeUndefined()
    await expectRefused(graphql(query, { identifier, first: 951 }), 400, 'QUESTION_TOO_COSTLY')
  })

  it('G2 a body: 131,072 bytes', async () => {
    const bodyOf = (bytes: number) => {
      const body = JSON.stringify({ query: '{ __typename }', extensions: { x: '' } })
      return { body: body.replace('"x":""', `"x":"${'y'.repeat(bytes - body.length)}"`) }
    }
    expect((await ask(bodyOf(131_072))).status).toBe(200)
    await expectRefused(bodyOf(131_073), 413, 'BODY_TOO_LARGE')
  })

  it('G2 variables: 20 levels', async () => {
    const deep = (levels: number) =>
      graphql('{ __typename }', {
        deep: JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown,
      })
    expect((await ask(deep(20))).status).toBe(200)
    await expectRefused(deep(21), 400, 'REQUEST_MALFORMED')
  })
})

describe('G7 nothing is carried out that a page of another origin can send without asking', () => {
  const body = JSON.stringify({ query: '{ __typename }' })
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'message/http',
    'message/rfc822',
    'application/graphql',
    'text/plain; application/json',
    'application/json, text/plain',
    'application/json; charset=utf-7',
    'application/jsonx',
    '*/*',
    ';',
  ])('G7 a POST of %s', async (type) => {
    await expectRefused(
      { body, headers: { 'content-type': type } },
      415,
      'MEDIA_TYPE_NOT_SUPPORTED',
    )
  })

  it('G7 a POST without a type', async () => {
    const answer = await fetch(surface.url, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
    })
    expect(answer.status).toBe(415)
  })

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])(
    'G7 a %s, whatever its type',
    async (method) => {
      for (const type of ['application/json', 'message/http', 'text/plain', 'x/y']) {
        const answer = await ask({
          method,
          search: '?query={__typename}',
          headers: { 'content-type': type },
        })
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
        expect(answer.text).not.toContain('"data"')
      }
    },
  )

  it('G7 a compressed body is never inflated', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity']) {
      await expectRefused(
        { body, headers: { 'content-encoding': encoding } },
        415,
        'MEDIA_TYPE_NOT_SUPPORTED',
      )
    }
  })

  it('G7 no other origin is let in, with or without a first question', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const answer = await fetch(surface.url, {
        method,
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,dpop,content-type',
        },
      })
      expect(
        [...answer.headers.keys()].filter((name) => name.startsWith('access-control')),
      ).toEqual([])
    }
  })
})

describe('G8 nobody tries many patients in one request', () => {
  it('G8 batches and lists of operations are refused', async () => {
    const one = JSON.parse(about('id').body ?? '') as object
    for (const batch of [[one], [one, one], Array(100).fill(one), { 0: one, length: 1 }]) {
      await expectRefused({ body: JSON.stringify(batch) }, 400, 'REQUEST_MALFORMED')
    }
  })

  it.each([
    ['aliases', '{ a: patient(identifier: $a) { id } b: patient(identifier: $b) { id } }'],
    ['a fragment', '{ a: patient(identifier: $a) { id } ...F }'],
    [
      'an inline fragment',
      '{ a: patient(identifier: $a) { id } ... { ... { b: patient(identifier: $b) { id } } } }',
    ],
    ['the same field twice', '{ patient(identifier: $a) { id } patient(identifier: $a) { id } }'],
  ])('G8 several patients by %s are refused', async (_, selection) => {
    const fragment = selection.includes('...F')
      ? 'fragment F on Query { b: patient(identifier: $b) { id } }'
      : ''
    const query = `query ($a: PatientIdentifier!, $b: PatientIdentifier) ${selection} ${fragment}`
    await expectRefused(graphql(query, { a: identifier, b: identifier }), 400, 'ONE_PATIENT_ONLY')
  })
})

describe('G10 names that JavaScript knows change nothing', () => {
  const NAMES = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
    '__lookupSetter__',
  ]
  const places: readonly ((name: string) => Sending)[] = [
    (name) => graphql(`{ ${name}: __typename }`),
    (name) => graphql(`{ organizations { ${name}: number } }`),
    (name) => about(`${name}: observations(first: 1) { nodes { ${name}: id } complete }`),
    (name) =>
      about(`observations(first: 1) { nodes { component { ${name}: kind } } ${name}: complete }`),
    (name) => graphql(`{ ${name} }`),
    (name) => about(`observations { ${name} }`),
    (name) => graphql(`query ${name} { __typename }`),
    (name) => graphql(`{ ...${name} } fragment ${name} on Query { __typename }`),
    (name) =>
      graphql(
        `query ($${name}: String) { organization(number: $${name}) { name } }`,
        JSON.parse(`{"${name}":"999999999"}`) as object,
      ),
    (name) => graphql(`{ __typename @${name} }`),
    (name) => graphql(`{ ... on ${name} { a } }`),
    (name) => graphql(`{ organizations(${name}: 1) { name } }`),
    (name) => ({ body: `{"query":"{ __typename }","variables":{"${name}":{"polluted":true}}}` }),
    (name) => ({ body: `{"query":"{ __typename }","${name}":{"polluted":true}}` }),
    (name) => ({ body: `{"query":"{ __typename }","operationName":"${name}"}` }),
    (name) => ({ body: `{"query":"{ __typename }","extensions":{"${name}":{"polluted":true}}}` }),
    (name) => ({ body: `{"documentId":"${name}"}` }),
    (name) =>
      graphql(
        'query ($f: ObservationFilter, $identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(filter: $f) { complete } } }',
        {
          identifier,
          f: JSON.parse(`{"${name}":{"polluted":true}}`) as object,
        },
      ),
    (name) =>
      graphql(
        'query ($f: ObservationFilter, $identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(filter: $f) { complete } } }',
        {
          identifier,
          f: { codes: [`${name}|${name}`] },
        },
      ),
    (name) => ({
      ...graphql('{ __typename }'),
      headers: { [name.replaceAll('_', 'x')]: 'a', traceparent: name },
    }),
    (name) => ({ ...graphql('{ __typename }'), headers: { accept: name } }),
    (name) => ({
      ...graphql('{ __typename }'),
      headers: { 'content-type': `application/json; ${name}=1` },
    }),
    (name) =>
      about(
        `observationTrend(code: "${name}", period: { start: "${name}" }, bucket: DAY, unit: "${name}") { complete }`,
      ),
    (name) => about(`latestObservations(codes: ["${name}"]) { complete }`),
    (name) => about(`observations(after: "${name}") { complete }`),
  ]
  it('G10 200 places and names: no crash, no answer of 500, no prototype that is changed', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const failed: string[] = []
    for (const write of places) {
      for (const name of NAMES) {
        const sending = write(name)
        const { status, text } = await ask(sending)
        if (status >= 500) failed.push(`${status} ${text} to ${sending.body}`)
      }
    }
    expect(places.length * NAMES.length).toBe(200)
    expect(failed).toEqual([])
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('G10 what is asked under such a name is answered under it', async () => {
    const { text } = await ask(
      graphql(
        '{ __proto__: __typename constructor: __typename organizations { __proto__: number } }',
      ),
    )
    expect(text).toContain('"__proto__":"Query"')
    expect(text).toContain('"constructor":"Query"')
  })
})
