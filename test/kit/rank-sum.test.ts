import { expect, it } from '@jest/globals'
import { rankSum } from '../attack/rank-sum.js'

it('tells how likely a value of one sample is larger than one of the other', () => {
  expect(rankSum([4, 5, 6], [1, 2, 3])).toMatchObject({ share: 1 })
  expect(rankSum([1, 2, 3], [4, 5, 6]).share).toBe(0)
  expect(rankSum([1, 1, 1], [1, 1, 1])).toEqual({ share: 0.5, z: 0 })
  expect(rankSum([1, 3], [2, 2]).share).toBe(0.5)
  // By hand: 2 > 1 and 4 > 1, 4 > 3.
  expect(rankSum([2, 4], [1, 3]).share).toBe(0.75)
  const many = Array.from({ length: 400 }, (_, at) => at)
  expect(
    rankSum(
      many.map((value) => value + 40),
      many,
    ).z,
  ).toBeGreaterThan(4)
})
