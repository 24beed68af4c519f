import { describe, expect, it } from '@jest/globals'
import type { PlannedFetch } from '../../src/apollo/planned-fetch.js'
import { readSubgraphAnswer } from '../../src/apollo/subgraph-answer.js'

const fetch = { keys: new Set(['patient', 'name']) } as unknown as PlannedFetch
const read = (body: object, entities?: number) =>
  readSubgraphAnswer({ body: Buffer.from(JSON.stringify(body)) } as never, fetch, entities)

describe('a subgraph’s answer', () => {
  // GraphQL §7.1.6: an error that no field made has no path.
  it('keeps its data beside an error that has no place', () => {
    const data = { patient: { name: 'N.N.' } }
    const { data: kept, errors } = read({ data, errors: [{ message: 'said by the subgraph' }] })
    expect(kept).toEqual(data)
    expect(errors).toEqual([
      { message: expect.not.stringContaining('said by'), extensions: { code: 'SUBGRAPH_ERROR' } },
    ])
  })

  it('is one of errors alone where the whole was refused', () => {
    const { data, errors } = read({ errors: [{ message: 'no' }, { message: 'no', path: null }] })
    expect(data).toBeNull()
    expect(errors.map(({ path }) => path)).toEqual([undefined, undefined])
  })

  it.each([{ errors: ['no'] }, { data: [] }, {}, { data: null }])(
    'is none where it is %j',
    (body) => expect(() => read(body)).toThrow(),
  )
})
