import { describe, expect, it } from '@jest/globals'
import { parseInstant } from '../src/index.js'

describe('instants of RFC 3339', () => {
  it.each([
    ['2026-03-14T07:31:00+01:00', '2026-03-14T06:31:00.000Z'],
    ['2026-03-14T07:31Z', '2026-03-14T07:31:00.000Z'],
    ['2024-02-29T23:30:00.123456789-03:30', '2024-03-01T03:00:00.123Z'],
    ['2026-01-01T00:30:00+14:00', '2025-12-31T10:30:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(Date.parse(instant))
  })

  it.each([
    '2026-03-14',
    '2026-03-14T07:31:00',
    '2026-02-29T00:00:00Z',
    '2026-02-31T00:00:00+01:00',
    '2026-04-31T23:59:59-11:00',
    '2026-13-01T00:00:00Z',
    '2026-03-14T24:00:00Z',
    '2026-03-14T07:60:00Z',
    '2026-03-14T07:31:00+25:00',
    'yesterday',
  ])('does not take %s for one', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })
})
