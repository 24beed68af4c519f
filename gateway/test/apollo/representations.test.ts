import { expect, it } from '@jest/globals'
import { copiesOf, distinct, spread, spreadErrors } from '../../src/apollo/representations.js'

const product = (upc: string) => ({ __typename: 'Product', upc })
const asked = distinct([product('a'), product('b'), product('a'), product('a')])

it('asks for each thing once, in the order in which it was first met', () => {
  expect(asked.representations).toEqual([product('a'), product('b')])
  expect(asked.places).toEqual([[0, 2, 3], [1]])
})

it('keeps apart what differs in a value or in its type', () => {
  const both = [product('1'), { __typename: 'Product', upc: 1 }, { __typename: 'Book', upc: '1' }]
  expect(distinct(both).representations).toEqual(both)
})

it('gives each place an object of its own', () => {
  const entities = spread([{ maker: { name: 'm' } }, null], asked)
  expect(entities).toEqual([
    { maker: { name: 'm' } },
    null,
    { maker: { name: 'm' } },
    { maker: { name: 'm' } },
  ])
  expect(new Set(entities.map((entity) => entity)).size).toBe(4)
  const makers = entities.flatMap((entity) => (entity as { maker?: object } | null)?.maker ?? [])
  expect(new Set(makers).size).toBe(3)
})

it('repeats an error for each place, and leaves others as they are', () => {
  const errors = [{ message: 'x', path: ['_entities', 0, 'name'] }, { message: 'y' }]
  expect(spreadErrors(errors, asked)).toEqual([
    { message: 'x', path: ['_entities', 0, 'name'] },
    { message: 'x', path: ['_entities', 2, 'name'] },
    { message: 'x', path: ['_entities', 3, 'name'] },
    { message: 'y' },
  ])
})

it('makes no copies that would fill the memory', () => {
  const large = { text: 'x'.repeat(1_000_000) }
  expect(copiesOf(large, 2)).toHaveLength(2)
  expect(() => copiesOf(large, 100)).toThrow(expect.objectContaining({ code: 'SUBGRAPH_INVALID' }))
})
