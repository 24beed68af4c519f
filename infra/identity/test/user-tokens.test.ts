import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, personas } from '@kilde/people'
import { decode, gateway, type Network, persona, startNetwork } from './network.js'

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network.identity.stop())

const url = 'http://127.0.0.1:4000/graphql'

describe('a token for a user', () => {
  it('has the form of HelseID', async () => {
    const gp = persona('gp')
    const token = await network.signIn(gp)
    const { header, payload } = decode(token.value)
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) })
    const now = Date.now() / 1000
    expect(payload).toEqual({
      iss: network.issuer,
      aud: 'kilde:gateway',
      scope: ['kilde:gateway/read'],
      client_id: 'kilde-cli',
      client_amr: 'private_key_jwt',
      'helseid://claims/client/client_name': 'Kilde command line',
      'helseid://claims/client/client_tenancy': 'multi-tenant',
      'helseid://claims/client/claims/orgnr_parent': organizations.gp.number,
      'helseid://claims/client/claims/orgnr_child': organizations.gp.pointOfCare,
      sub: expect.stringMatching(/^[\w-]{24}$/),
      sid: expect.any(String),
      jti: expect.any(String),
      iat: expect.any(Number),
      nbf: payload['iat'],
      exp: Number(payload['iat']) + 600,
      auth_time: expect.any(Number),
      idp: 'kilde-personas',
      amr: ['pwd'],
      name: 'Gro Fastlege',
      given_name: 'Gro',
      middle_name: '',
      family_name: 'Fastlege',
      cnf: { jkt: network.proof.jkt },
      'helseid://claims/identity/pid': gp.pid,
      'helseid://claims/identity/security_level': '4',
      'helseid://claims/identity/assurance_level': 'high',
      'helseid://claims/identity/network': 'helsenett',
      'helseid://claims/hpr/hpr_number': gp.hprNumber,
      'nhn:tillitsrammeverk:parameters': {
        toa: expect.any(Number),
        practitioner: {
          identifier: {
            id: gp.pid,
            name: 'Gro Fastlege',
            system: 'urn:oid:2.16.578.1.12.4.1.4.1',
            authority: 'https://www.skatteetaten.no',
          },
          hpr_nr: {
            id: '9990001',
            system: 'urn:oid:2.16.578.1.12.4.1.4.4',
            authority: 'https://www.helsedirektoratet.no/',
          },
          authorization: {
            code: 'LE',
            text: 'Lege',
            system: 'urn:oid:2.16.578.1.12.4.1.1.9060',
            assigner: 'https://www.helsedirektoratet.no/',
          },
          legal_entity: {
            id: organizations.gp.number,
            name: 'Bryggen legekontor',
            system: 'urn:oid:2.16.578.1.12.4.1.4.101',
            authority: 'https://www.brreg.no',
          },
          point_of_care: {
            id: organizations.gp.pointOfCare,
            name: 'Bryggen legekontor',
            system: 'urn:oid:2.16.578.1.12.4.1.4.101',
            authority: 'https://www.brreg.no',
          },
        },
        care_relationship: {
          healthcare_service: {
            code: 'KX17',
            text: 'Fastlege',
            system: 'urn:oid:2.16.578.1.12.4.1.1.8655',
          },
          purpose_of_use: {
            code: 'TREAT',
            text: 'Behandling',
            system: 'urn:oid:2.16.840.1.113883.1.11.20448',
            assigner: 'https://www.hl7.org',
          },
          decision_ref: { id: 'gp-1', description: 'Legekonsultasjon', user_selected: false },
        },
      },
    })
    expect(Math.abs(Number(payload['iat']) - now)).toBeLessThan(5)
    expect(Math.abs(token.expiresAtMs / 1000 - Number(payload['exp']))).toBeLessThan(5)
  })

  it.each(personas.map(({ key }) => key))(
    'of %s is accepted by the verifier of the gateway',
    async (key) => {
      const verifier = network.verifier()
      const one = persona(key)
      const { value } = await network.signIn(one)
      const caller = await verifier.verify({
        authorization: `DPoP ${value}`,
        dpop: network.proof.sign({ method: 'POST', url, accessToken: value }),
        method: 'POST',
        url,
      })
      expect(caller).toMatchObject({
        kind: one.works ? 'professional' : 'citizen',
        pid: one.pid,
        name: one.name,
        clientId: 'kilde-cli',
        securityLevel: 4,
        scopes: [gateway.scope],
        purpose: one.works?.purpose ?? one.citizen?.purpose,
        ...(one.works && { organization: organizations[one.works.organization].number }),
        ...(one.hprNumber && { hprNumber: one.hprNumber }),
        ...(one.citizen?.onBehalfOf && { onBehalfOf: one.citizen.onBehalfOf }),
      })
    },
  )

  it('keeps the same subject for the same person, another for everybody else', async () => {
    const subjects = []
    for (const key of ['gp', 'gp', 'nurse']) {
      const token = await network.signIn(persona(key))
      subjects.push(decode(token.value).payload['sub'])
    }
    expect(subjects[0]).toBe(subjects[1])
    expect(subjects[0]).not.toBe(subjects[2])
  })
})
