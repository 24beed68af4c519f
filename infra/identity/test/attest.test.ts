import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AttestRequest, attestRequest } from '../src/index.js'
import { decode, type Network, persona, startNetwork } from './network.js'
import { refusedWith } from './refusals.js'

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network.identity.stop())

function own(key: string): AttestRequest {
  const request = attestRequest(persona(key))
  if (!request) throw new Error(`${key} works nowhere`)
  return request
}

const orgnr = 'urn:oid:2.16.578.1.12.4.1.4.101'

describe('an attest', () => {
  it.each([
    ['another organisation', { legal_entity: { id: '310000108', system: orgnr } }],
    ['another point of care', { point_of_care: { id: '310000116', system: orgnr } }],
    [
      'another authorisation',
      { authorization: { code: 'SP', system: 'urn:oid:2.16.578.1.12.4.1.1.9060' } },
    ],
    ['another HPR number', { hpr_nr: { id: '9990002', system: 'urn:oid:2.16.578.1.12.4.1.4.4' } }],
  ])('that claims %s than the base data say is refused', async (_name, change) => {
    const request = own('gp')
    const practitioner = { ...request.practitioner, ...change }
    const outcome = network.signIn(persona('gp'), {
      authorizationDetails: [{ ...request, practitioner }],
    })
    expect(await refusedWith(outcome)).toBe('invalid_authorization_details')
  })

  it('of somebody else is refused, and so is one for a citizen', async () => {
    const authorizationDetails = [own('gp')]
    for (const key of ['nurse', 'secretary', 'patient']) {
      const outcome = network.signIn(persona(key), { authorizationDetails })
      expect(await refusedWith(outcome)).toBe('invalid_authorization_details')
    }
  })

  it('that claims an authorisation for somebody who has none is refused', async () => {
    const request = own('secretary')
    const authorization = { code: 'LE', system: 'urn:oid:2.16.578.1.12.4.1.1.9060' }
    const practitioner = { ...request.practitioner, authorization }
    const outcome = network.signIn(persona('secretary'), {
      authorizationDetails: [{ ...request, practitioner }],
    })
    expect(await refusedWith(outcome)).toBe('invalid_authorization_details')
  })

  it('carries the purpose and the decision that the client gave, and no patient', async () => {
    const request = own('acute-doctor')
    const system = request.care_relationship.purpose_of_use.system
    const detail = {
      ...request,
      care_relationship: {
        ...request.care_relationship,
        purpose_of_use: { code: 'BTG', system },
        purpose_of_use_details: {
          code: 'INNLEGGELSE',
          system: 'urn:AuditEventHL7Norway/CodeSystem/carerelation',
        },
        decision_ref: { id: 'own-choice', user_selected: true },
      },
      patients: [{ point_of_care: { id: '310000221', system: orgnr } }],
    }
    const token = await network.signIn(persona('acute-doctor'), { authorizationDetails: [detail] })
    const attest = decode(token.value).payload['nhn:tillitsrammeverk:parameters']
    expect(attest).toMatchObject({
      care_relationship: {
        purpose_of_use: { code: 'BTG', text: 'Nødrett' },
        purpose_of_use_details: { code: 'INNLEGGELSE' },
        decision_ref: { id: 'own-choice', user_selected: true },
      },
    })
    expect(attest).not.toHaveProperty('patients')
  })

  it('is absent where the client asked for none', async () => {
    const token = await network.signIn(persona('gp'), { authorizationDetails: [] })
    expect(decode(token.value).payload).not.toHaveProperty('nhn:tillitsrammeverk:parameters')
  })
})
