import { describe, expect, it } from '@jest/globals'
import { needlesOf } from './needles.js'
import { searchBytes } from './search-memory.js'

const SECRET = 'Kanarifugl-7'
const needles = needlesOf('canary', SECRET)

const found = (bytes: Buffer): readonly string[] =>
  searchBytes(bytes, needles).map(({ needle }) => needle)

describe('what is searched for', () => {
  it.each(['utf8', 'latin1', 'utf16le'] as const)('is found in %s, between other text', (form) => {
    expect(found(Buffer.from(`ære ${SECRET} være`, form))).toHaveLength(1)
  })

  it('is found in two-byte text at an odd place', () => {
    const text = Buffer.from(`a ${SECRET}`, 'utf16le')
    expect(found(Buffer.concat([Buffer.from([1]), text]))).toEqual(['canary (two-byte text)'])
  })

  it('is found as often as it is there', () => {
    expect(found(Buffer.from(`${SECRET}${SECRET} ${SECRET}`))).toHaveLength(3)
  })

  it.each(['base64', 'base64url', 'hex'] as const)('is found in %s, wherever it begins', (form) => {
    for (const lead of ['', 'x', 'xy', 'xyz', 'xyzå']) {
      const written = Buffer.from(`${lead}${SECRET}?ø?`).toString(form)
      expect(found(Buffer.from(written))).toHaveLength(1)
    }
  })

  it('is not found where only part of it is', () => {
    expect(found(Buffer.from(SECRET.slice(0, -1)))).toEqual([])
  })
})
