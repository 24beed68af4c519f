import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { formatJson } from '../src/format-json.js'

describe('JSON for people', () => {
  it('is the same value as before', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(formatJson(plain))).toEqual(plain)
      }),
    )
  })

  it('puts a row on one line', () => {
    const row = { kind: 'PULSE', provenance: [{ organization: { name: 'Solvik kommune' } }] }
    expect(formatJson({ nodes: [row, row], complete: true, absent: undefined })).toBe(`{
  "nodes": [
    { "kind": "PULSE", "provenance": [{ "organization": { "name": "Solvik kommune" } }] },
    { "kind": "PULSE", "provenance": [{ "organization": { "name": "Solvik kommune" } }] }
  ],
  "complete": true
}`)
  })
})
