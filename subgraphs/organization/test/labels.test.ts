import { describe, expect, it } from '@jest/globals'
import { labelsOf } from '../src/ingest/labels.js'

const HL7 = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const NORWEGIAN = 'urn:oid:2.16.578.1.12.4.1.1.9603'
const security = (system: string, code: string) =>
  labelsOf({ meta: { security: [{ system, code }] } })

describe('labels of a resource', () => {
  it.each(['R', 'V'])('close it for everybody where HL7 says %s of any resource', (code) => {
    expect(security(HL7, code)).toEqual({ labels: [code] })
  })

  it.each(['N', 'L', 'M', 'U'])(
    'are none where HL7 says %s: no more than usual is kept from others',
    (code) => {
      expect(security(HL7, code)).toEqual({})
    },
  )

  it('are those of code system 9603, and no others that look like them', () => {
    expect(security(NORWEGIAN, 'NORS')).toEqual({ labels: ['NORS'] })
    expect(security('http://other.example/labels', 'R')).toEqual({})
    expect(security('http://other.example/labels', 'NORS')).toEqual({})
  })
})
