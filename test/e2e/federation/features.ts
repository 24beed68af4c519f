import { beforeAll, describe, expect, it } from '@jest/globals'
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  graphql,
  type IntrospectionQuery,
} from 'graphql'
import { ask, type OrdinaryGraph } from './ordinary.js'
import { truth } from './shop.js'

type Case = readonly [name: string, query: string, variables?: Readonly<Record<string, unknown>>]

const cases: readonly Case[] = [
  ['fields of one subgraph', '{ products { upc title price } }'],
  ['a key that another subgraph knows', '{ products { title stock } }'],
  ['a way through two keys', '{ reviews { product { stock } } }'],
  ['from one entity to the next', '{ reviews { product { maker { country founded } } } }'],
  ['a field that needs others, not asked for', '{ products { shipping } }'],
  ['a field that needs others, asked for as well', '{ lowStock { price shipping weight } }'],
  ['a field that is provided on the way', '{ reviews { product { weight } } }'],
  ['a field that several may answer', '{ products { maker { name founded } } }'],
  ['a field that was taken over', '{ products { title barcode } }'],
  [
    'a field that was taken over, reached from elsewhere',
    '{ reviews { product { title barcode } } }',
  ],
  ['a union', '{ made { __typename ... on Product { upc stock } ... on Maker { id country } } }'],
  ['a list of several types', '{ mixed { ... on Product { stock } ... on Maker { country } } }'],
  ['an interface whose field another subgraph adds', '{ media { __typename id title views } }'],
  ['types of an interface', '{ media { views ... on Film { minutes } ... on Guide { pages } } }'],
  [
    'an interface of one subgraph',
    '{ best { __typename stars ... on Review { product { title } } } }',
  ],
  [
    'an enum in and out',
    'query ($kind: Kind) { reviews(kind: $kind) { id kind } }',
    { kind: 'PRAISE' },
  ],
  ['an enum in the document', '{ reviews(kind: BLAME) { id kind } }'],
  [
    'no variable where there is a default',
    'query ($below: Int! = 4) { lowStock(below: $below) { upc } }',
  ],
  ['arguments below a join', '{ products { reviews(least: 4) { stars } } }'],
  [
    'one field twice, with other arguments',
    '{ products { all: reviews { id } good: reviews(least: 5) { id } } }',
  ],
  ['aliases everywhere', '{ p: products { u: upc s: stock m: maker { c: country } } }'],
  [
    'fragments within fragments',
    'query { products { ...A } } fragment A on Product { stock ...B } fragment B on Product { maker { ...C } } fragment C on Maker { country }',
  ],
  [
    'skip and include',
    'query ($yes: Boolean!, $no: Boolean!) { products { upc @skip(if: $yes) stock @include(if: $no) title @include(if: $yes) reviews @skip(if: $no) { id } } }',
    { yes: true, no: false },
  ],
  ['a null entity', '{ a: product(upc: "p1") { stock } b: product(upc: "none") { stock title } }'],
  [
    'type names',
    '{ __typename products { __typename maker { __typename } reviews { __typename } } }',
  ],
  [
    'nested lists of joins',
    '{ products { reviews { product { reviews { product { stock } } } } } }',
  ],
  [
    'a mutation, and what joins to it',
    'mutation { rename(upc: "p2", title: "New") { title stock } }',
  ],
  [
    'two mutations, one after the other',
    'mutation { a: rename(upc: "p1", title: "A") { title } b: rename(upc: "p3", title: "B") { upc stock } }',
  ],
]

/** What the gateway joins is what graphql-js says over all data at once. */
export function features(graph: () => OrdinaryGraph): void {
  describe('a graph of several subgraphs', () => {
    let schema: GraphQLSchema
    beforeAll(async () => {
      const { data } = await ask(graph().url, getIntrospectionQuery())
      schema = buildClientSchema(data as IntrospectionQuery)
    })

    it.each(cases)('answers %s', async (_name, source, variables = {}) => {
      const { status, data, errors } = await ask(graph().url, source, variables)
      expect({ status, errors }).toEqual({ status: 200, errors: undefined })
      const expected = await graphql({
        schema,
        source,
        variableValues: variables,
        fieldResolver: (object, args, _context, { parentType, fieldName }) =>
          truth[parentType.name]?.[fieldName]?.(object, args) ?? object?.[fieldName],
      })
      expect(expected.errors).toBeUndefined()
      expect(data).toEqual(JSON.parse(JSON.stringify(expected.data)))
    })

    it('asks for each thing once, however often it is in the answer', async () => {
      graph().forget()
      await ask(graph().url, '{ reviews { product { maker { country } } } }')
      const asked = graph().fetches.map(({ subgraph, variables }) => [subgraph, variables])
      expect(asked).toEqual([
        ['reviews', {}],
        [
          'catalog',
          { representations: ['p1', 'p3'].map((upc) => ({ __typename: 'Product', upc })) },
        ],
        ['reviews', { representations: [{ __typename: 'Maker', id: 'm1' }] }],
      ])
    })

    it('shows nothing that is inaccessible, nor the machinery of federation', async () => {
      const { data } = await ask(graph().url, getIntrospectionQuery())
      expect(JSON.stringify(data)).not.toMatch(/secret|join__|_entities|_Any|"link/)
      const { errors } = await ask(graph().url, '{ products { secret } }')
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    })
  })
}
