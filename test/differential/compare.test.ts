import { describe, expect, it } from '@jest/globals'
import { compare } from './compare.js'
import type { Expected } from './oracle.js'

const differences = (got: object, expected: object): readonly string[] =>
  compare({ data: got }, modelled(expected))

const modelled = (data: object): Expected => ({
  data,
  errors: [],
  refusal: undefined,
  lists: new Map(),
})

describe('comparing an answer with the model', () => {
  it('forgives the last digits of a mean, whatever it is called', () => {
    expect(differences({ mean: 74.15401069 }, { mean: 74.1540106905 })).toEqual([])
    const [got, expected] = [74.15401069037615, 74.15401069037617]
    expect(differences({ hasOwnProperty: got }, { hasOwnProperty: expected })).toEqual([])
  })

  it.each([
    [36.7, 36.8],
    [36.7, 36.70000001],
    [0, 0.000001],
    [0, 1],
  ])('does not forgive %s for %s in a row', (got, expected) => {
    expect(differences({ value: got }, { value: expected })).toHaveLength(1)
  })
})
