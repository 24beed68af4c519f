import { expect, it } from '@jest/globals'
import { redactNumbers } from '../src/redact.js'
import { newRequestId } from '../src/request-id.js'

it('gives ids that can be found again in redacted logs', () => {
  const ids = Array.from({ length: 10_000 }, newRequestId)
  expect(ids.filter((id) => redactNumbers(id) !== id)).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})
