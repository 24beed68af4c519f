import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isDeeperThan, resourceTexts } from '../src/ingest/json-texts.js'

describe('the texts of a Bundle’s resources', () => {
  it('are those that were sent, with their decimals and spaces', () => {
    const text = `{"resourceType":"Bundle","entry":[{"resource": {"value": 7.00, "s":"}\\"]{"} ,"fullUrl":"x"},
      {"fullUrl":"y"},{"request":{"resource":{"no":1}},"resource":{"entry":[{"resource":{"inner":1}}]}}]}`
    expect(resourceTexts(text)).toEqual([
      '{"value": 7.00, "s":"}\\"]{"}',
      undefined,
      '{"entry":[{"resource":{"inner":1}}]}',
    ])
  })

  it('say the same as the parsed Bundle, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.jsonValue(),
        (resources, other) => {
          const entry = resources.map((resource) => ({ other, resource, fullUrl: '"entry":[{' }))
          const text = JSON.stringify(
            { other, entry, more: { entry: [{ resource: 1 }] } },
            undefined,
            1,
          )
          const parsed = resourceTexts(text).map((found) => JSON.parse(found ?? '') as unknown)
          expect(parsed).toEqual(JSON.parse(JSON.stringify(resources)))
        },
      ),
    )
  })
})

describe('the depth of a JSON text', () => {
  it('counts objects and lists, and no brackets within strings', () => {
    expect(isDeeperThan(3, '{"a":[{"b":"[[[["}]}')).toBe(false)
    expect(isDeeperThan(2, '{"a":[{"b":"[[[["}]}')).toBe(true)
  })
})
