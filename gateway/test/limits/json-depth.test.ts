import { expect, it } from '@jest/globals'
import { isDeeperThan } from '../../src/json-depth.js'

const deeper = (most: number, json: string) => isDeeperThan(most, Buffer.from(json))

it('counts levels of lists and objects, and not what stands in texts', () => {
  expect(deeper(2, '{"a":[1,2],"b":[3]}')).toBe(false)
  expect(deeper(1, '{"a":[1,2],"b":[3]}')).toBe(true)
  expect(deeper(1, '{"a":"[[[{{{ \\" [[[ \\\\"}')).toBe(false)
  expect(deeper(1, '{"a":"\\\\","b":[]}')).toBe(true)
  expect(deeper(100_000, '['.repeat(100_000))).toBe(false)
})
