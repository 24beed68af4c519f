import { afterEach, describe, expect, it } from '@jest/globals'
import type { Respond } from '../../kit/subgraphs.js'
import { ask, type OrdinaryGraph } from './ordinary.js'

const SECRET = 'at 10.0.0.7, table secrets'

const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Respond =>
  (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  }

type Case = readonly [name: string, respond: Respond, code: string]

const cases: readonly Case[] = [
  ['is no JSON', json(`<html>${SECRET}</html>`), 'SUBGRAPH_INVALID'],
  ['is half a JSON', json('{"data": {"products": ['), 'SUBGRAPH_INVALID'],
  ['is a web page', json(SECRET, 200, { 'content-type': 'text/html' }), 'SUBGRAPH_INVALID'],
  ['is nothing at all', json({}), 'SUBGRAPH_INVALID'],
  ['is a list', json([SECRET]), 'SUBGRAPH_INVALID'],
  ['is compressed', json('x', 200, { 'content-encoding': 'gzip' }), 'SUBGRAPH_INVALID'],
  ['is larger than allowed', json({ data: { products: 'x'.repeat(70_000) } }), 'SUBGRAPH_INVALID'],
  ['is a fault of its server', json({ message: SECRET }, 500), 'SUBGRAPH_INVALID'],
  [
    'is errors alone',
    json(
      {
        errors: [
          {
            message: SECRET,
            path: ['products', SECRET],
            extensions: { code: 'FORBIDDEN', stacktrace: [SECRET] },
          },
        ],
      },
      403,
    ),
    'SUBGRAPH_ERROR',
  ],
  [
    'points elsewhere',
    json('', 307, { location: 'http://127.0.0.1:1/graphql' }),
    'SUBGRAPH_INVALID',
  ],
  ['breaks off', (response) => void response.destroy(), 'SUBGRAPH_UNREACHABLE'],
  ['never comes', () => {}, 'SUBGRAPH_TIMED_OUT'],
  ['drips', drip, 'SUBGRAPH_TIMED_OUT'],
]

function drip(response: Parameters<Respond>[0]): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 50)
  response.once('close', () => clearInterval(timer))
}

/** Whatever a subgraph does, the client gets a code and a place, and nothing of its words. */
export function faultySubgraphs(graph: () => OrdinaryGraph): void {
  describe('a subgraph that fails', () => {
    afterEach(() => graph().answerOf('catalog', undefined))
    afterEach(() => graph().answerOf('inventory', undefined))

    it.each(cases)('is said to, and no more, when its answer %s', async (_name, respond, code) => {
      graph().answerOf('catalog', respond)
      const answer = await ask(graph().url, '{ products { upc } lowStock { sku } }')
      expect(answer.status).toBe(200)
      expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([{ code }])
      expect(answer.data).toBeNull()
      expect(JSON.stringify(answer)).not.toMatch(/10\.0\.0\.7|secrets|127\.0\.0\.1|html|stack/)
    })

    it('leaves the rest of the answer', async () => {
      graph().answerOf(
        'inventory',
        json({
          data: { _entities: [null, { stock: 1 }, null] },
          errors: [
            { message: SECRET, path: ['_entities', 0, 'stock'] },
            { message: SECRET, path: ['_entities', 2] },
          ],
        }),
      )
      const answer = await ask(graph().url, '{ made { ... on Product { upc stock } } }')
      expect(answer.errors?.map(({ path }) => path)).toEqual([
        ['made', 0, 'stock'],
        ['made', 2],
      ])
    })

    it('has its faults where its things are, once for each place', async () => {
      const { data, errors } = await ask(
        graph().url,
        '{ products { upc broken reviews { product { upc broken } } } }',
      )
      expect(errors?.map(({ path }) => path)).toEqual([['products', 1, 'broken']])
      expect(data).toMatchObject({ products: [{ broken: 'p1 works' }, { broken: null }, {}] })
    })

    it('has no place rather than a wrong one, where rows of several types are mixed', async () => {
      const { data, errors } = await ask(graph().url, '{ mixed { ... on Product { upc broken } } }')
      expect(data).toMatchObject({
        mixed: [{}, {}, { upc: 'p3' }, { broken: null }, { upc: 'p1' }],
      })
      expect(errors).toEqual([
        {
          message: 'A part of the graph could not answer this.',
          extensions: { code: 'SUBGRAPH_ERROR' },
        },
      ])
    })

    it('makes no answer of entities that are fewer than were asked for', async () => {
      graph().answerOf('inventory', json({ data: { _entities: [{ stock: 1 }] } }))
      const { errors } = await ask(graph().url, '{ media { id } products { upc stock } }')
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['SUBGRAPH_INVALID'])
    })

    it('does not make a value that may not be missing look as if nothing existed', async () => {
      graph().answerOf(
        'catalog',
        json({ data: { product: { __typename: 'Product', upc: 'p1', title: null } } }),
      )
      const { data, errors } = await ask(graph().url, '{ product(upc: "p1") { upc title } }')
      expect(data).toEqual({ product: null })
      expect(errors).toEqual([
        {
          message: 'A part of the graph gave an answer that cannot be used.',
          path: ['product', 'title'],
          extensions: { code: 'SUBGRAPH_INVALID' },
        },
      ])
    })

    it('is let off when the client leaves', async () => {
      graph().forget()
      graph().answerOf('catalog', () => {})
      const leaving = new AbortController()
      const asked = fetch(graph().url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ products { upc } }' }),
        signal: leaving.signal,
      })
      await until(() => graph().fetches.length > 0)
      leaving.abort()
      await expect(asked).rejects.toThrow('aborted')
      await until(() => graph().fetches.every(({ left }) => left()))
    })
  })
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
}
