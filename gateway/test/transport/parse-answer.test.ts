import { describe, expect, it } from '@jest/globals'
import { parseAnswer } from '../../src/transport/parse-answer.js'

const large = ' '.repeat(2 ** 20)

describe('the text of an answer', () => {
  it('is parsed, whatever its words hold', () => {
    const words = `${',[{\\"'.repeat(300_000)}`
    expect(parseAnswer(Buffer.from(`{"note":"${words}"}`))).toEqual({
      note: words.replaceAll('\\"', '"'),
    })
  })

  it('is parsed with half a million values and refused with more', () => {
    const list = (values: number): Buffer => Buffer.from(`[${'1,'.repeat(values - 2)}1]${large}`)
    expect(parseAnswer(list(499_999))).toHaveLength(499_998)
    expect(() => parseAnswer(list(500_001))).toThrow('RESPONSE_TOO_LARGE')
  })

  it('is refused where it is no JSON', () => {
    expect(() => parseAnswer(Buffer.from('{'))).toThrow('RESPONSE_MALFORMED')
  })
})
