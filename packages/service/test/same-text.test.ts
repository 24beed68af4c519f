import { describe, expect, it } from '@jest/globals'
import { isSameText } from '../src/same-text.js'

describe('texts that only who knows them can give', () => {
  it.each(['', 'a', 'secret', '\u00e5\u00e6\u00f8', 'x'.repeat(10_000)])(
    'are the same: %#',
    (text) => {
      expect(isSameText(`${text}`, text)).toBe(true)
    },
  )

  it('are not the same where they differ in any place, in length or in case', () => {
    const expected = 'b64url_tag-of-32-characters-0000'
    const others = Array.from(
      { length: expected.length },
      (_, at) => `${expected.slice(0, at)}!${expected.slice(at + 1)}`,
    )
    for (const other of [
      ...others,
      '',
      expected.slice(1),
      `${expected}0`,
      expected.toUpperCase(),
    ]) {
      expect(isSameText(other, expected)).toBe(false)
    }
  })

  it('are not the same where their bytes differ and their characters are as many', () => {
    expect(isSameText('\u00e5', 'a')).toBe(false)
    expect(isSameText('\u00e5', 'ab')).toBe(false)
  })

  it.each([
    undefined,
    null,
    1,
    true,
    ['secret'],
    { toString: () => 'secret' },
    Buffer.from('secret'),
  ])('are never what is no text: %p', (given) => {
    expect(isSameText(given, 'secret')).toBe(false)
  })
})
