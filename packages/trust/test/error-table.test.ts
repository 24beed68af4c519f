import { describe, expect, it } from '@jest/globals'
import { trustErrors } from '../src/index.js'

describe('the error table', () => {
  it('gives every refusal a text, a reason and a status of its own kind', () => {
    const entries = Object.values(trustErrors)
    expect(new Set(entries.map(({ text }) => text)).size).toBe(entries.length)
    for (const { status, text, when } of entries) {
      expect([401, 403, 502, 503]).toContain(status)
      expect(text).toMatch(/\.$/)
      expect(when).toMatch(/\.$/)
    }
  })
})
