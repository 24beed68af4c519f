import { describe, expect, it } from '@jest/globals'
import { createPlaces } from '../../src/live/places.js'

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (refusal) {
    return (refusal as { code: string }).code
  }
}

describe('places for streams', () => {
  it('are so many for each requester, and so many in all', () => {
    const places = createPlaces({ ofRequester: 2, ofAll: 3 })
    const leave = places('a')
    places('a')
    expect(codeOf(() => places('a'))).toBe('RATE_LIMITED')
    places('b')
    expect(codeOf(() => places('c'))).toBe('STREAMS_FULL')
    leave()
    // Twice is once.
    leave()
    places('c')
    expect(codeOf(() => places('b'))).toBe('STREAMS_FULL')
  })
})
