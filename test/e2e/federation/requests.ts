import { describe, expect, it } from '@jest/globals'
import { type Answered, ask, type OrdinaryGraph } from './ordinary.js'

const QUERY = '{ products { upc } }'
const body = JSON.stringify({ query: QUERY })
/** One level more than a variable may have, within `variables`. */
const DEEP = `{"a":${'['.repeat(21)}${']'.repeat(21)}}`
const json = { 'content-type': 'application/json' }

type Case = readonly [
  name: string,
  request: RequestInit & { readonly search?: string },
  status: number,
  code: string,
]

const cases: readonly Case[] = [
  [
    'another type of body',
    { method: 'POST', body, headers: { 'content-type': 'text/plain' } },
    415,
    'MEDIA_TYPE_NOT_SUPPORTED',
  ],
  [
    'a form',
    { method: 'POST', body: new URLSearchParams({ query: QUERY }) },
    415,
    'MEDIA_TYPE_NOT_SUPPORTED',
  ],
  [
    'another alphabet',
    { method: 'POST', body, headers: { 'content-type': 'application/json; charset=latin1' } },
    415,
    'MEDIA_TYPE_NOT_SUPPORTED',
  ],
  [
    'no type that it could get',
    { method: 'POST', body, headers: { ...json, accept: 'text/html, image/*;q=0.5' } },
    406,
    'NOT_ACCEPTABLE',
  ],
  [
    'a stream of events',
    { method: 'POST', body, headers: { ...json, accept: 'text/event-stream' } },
    406,
    'NOT_ACCEPTABLE',
  ],
  [
    'both types refused',
    {
      method: 'POST',
      body,
      headers: { ...json, accept: 'application/json;q=0, application/graphql-response+json;q=0' },
    },
    406,
    'NOT_ACCEPTABLE',
  ],
  ['another method', { method: 'PUT', body, headers: json }, 405, 'METHOD_NOT_ALLOWED'],
  [
    'a mutation in the address',
    {
      search: `?query=${encodeURIComponent('mutation { rename(upc: "p1", title: "x") { upc } }')}`,
    },
    405,
    'METHOD_NOT_ALLOWED',
  ],
  [
    'variables of more than 20 levels',
    {
      method: 'POST',
      body: `{"query":${JSON.stringify(QUERY)},"variables":${DEEP}}`,
      headers: json,
    },
    400,
    'REQUEST_MALFORMED',
  ],
  [
    'such variables in the address',
    { search: `?query=${encodeURIComponent(QUERY)}&variables=${encodeURIComponent(DEEP)}` },
    400,
    'REQUEST_MALFORMED',
  ],
  [
    'several operations at once',
    { method: 'POST', body: `[${body}]`, headers: json },
    400,
    'REQUEST_MALFORMED',
  ],
  [
    'a subscription',
    {
      method: 'POST',
      body: JSON.stringify({ query: 'subscription { renamed { upc } }' }),
      headers: { ...json, accept: 'application/graphql-response+json' },
    },
    400,
    'OPERATION_NOT_SUPPORTED',
  ],
  [
    'answers in parts',
    {
      method: 'POST',
      body: JSON.stringify({ query: '{ products { upc ... @defer { title } } }' }),
      headers: { ...json, accept: 'application/graphql-response+json' },
    },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
]

export function requests(graph: () => OrdinaryGraph): void {
  describe('a request to an ordinary graph', () => {
    it.each(cases)('is refused with %s', async (_name, { search = '', ...init }, status, code) => {
      const response = await fetch(graph().url + search, init)
      const { errors } = (await response.json()) as Answered
      expect({ status: response.status, code: errors?.[0]?.extensions.code }).toEqual({
        status,
        code,
      })
      if (status === 405) expect(response.headers.get('allow')).toBe('POST')
    })

    it.each([
      ['application/graphql-response+json', 'application/graphql-response+json'],
      [
        'application/graphql-response+json, application/json;q=0.9',
        'application/graphql-response+json',
      ],
      ['application/json, application/graphql-response+json;q=0.5', 'application/json'],
      ['text/html, application/*;q=0.2', 'application/json'],
      ['application/json;q=0, */*', 'application/graphql-response+json'],
    ])('that accepts %s gets %s', async (accept, type) => {
      const response = await fetch(graph().url, {
        method: 'POST',
        body,
        headers: { ...json, accept },
      })
      expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
      expect(await response.json()).toHaveProperty('data.products')
    })

    it('hands its headers to no subgraph, but the one that was chosen, to the one that it was chosen for', async () => {
      graph().forget()
      await ask(
        graph().url,
        '{ products { stock } }',
        {},
        {
          authorization: 'DPoP secret',
          dpop: 'proof',
          cookie: 'a=b',
          'x-other': '1',
          'accept-language': 'nb',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      )
      const [catalog, inventory] = graph().fetches.map(({ headers }) => headers)
      const own = ['accept', 'connection', 'content-length', 'content-type', 'host', 'traceparent']
      expect(Object.keys(catalog ?? {}).sort()).toEqual(own)
      expect(Object.keys(inventory ?? {}).sort()).toEqual(['accept-language', ...own].sort())
      expect(inventory?.['accept-language']).toBe('nb')
    })
  })
}
