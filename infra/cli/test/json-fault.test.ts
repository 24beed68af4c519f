import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { jsonFault } from '../src/json-fault.js'

describe('the place where a text stops being JSON', () => {
  it.each([
    ['', { line: 1, column: 1 }],
    ['x', { line: 1, column: 1 }],
    ['{"a":}', { line: 1, column: 6 }],
    ['{"a":1', { line: 1, column: 7 }],
    ['[1,2,]', { line: 1, column: 6 }],
    ['{"a":1,}', { line: 1, column: 8 }],
    ['{\n  "a": tru\n}', { line: 2, column: 8 }],
    ['{"a":1}\n}', { line: 2, column: 1 }],
    ['[01]', { line: 1, column: 2 }],
    ['["a\nb"]', { line: 1, column: 2 }],
    ['[1}', { line: 1, column: 3 }],
    ['{"a" 1}', { line: 1, column: 6 }],
  ])('is told for %j', (text, place) => {
    expect(jsonFault(text)).toEqual(place)
  })

  it('is nowhere in any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(jsonFault(text)).toBeUndefined()
        expect(jsonFault(JSON.stringify(JSON.parse(text), null, 2))).toBeUndefined()
      }),
    )
  })

  it('is somewhere in any text that Node does not parse', () => {
    const broken = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', ',', '}', '"', 'x', '1'))
      .map(([text, at, put]) => {
        const place = at % (text.length + 1)
        return `${text.slice(0, place)}${put}${text.slice(place + 1)}`
      })
    fc.assert(
      fc.property(broken, (text) => {
        expect(jsonFault(text) === undefined).toBe(parses(text))
      }),
      { numRuns: 1_000 },
    )
  })
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
