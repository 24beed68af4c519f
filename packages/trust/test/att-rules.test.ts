import { describe, expect, it } from '@jest/globals'
import { createAttestBinding, memoryBindingStore, type Professional } from '../src/index.js'
import { caring, claim, type Json, practising, useIssuer } from './attests.js'
import { attest, newScene, organization, pid, start } from './issuer.js'
import { refusal } from './refusals.js'

// The rules of the trust framework for the attest that who receives one can check (target architecture B3), by their ids.
// Those about base data are in base-data.test.ts; ATT-3, 5, 8 and 12 are the node's (policy, log) and the registry's.

const issuer = useIssuer()

const { practitioner, care_relationship: care } = attest
const oid = (last: string) => `urn:oid:2.16.578.1.12.4.1.${last}`

async function read(value: unknown, claims: Json = {}): Promise<Professional> {
  const scene = newScene(issuer())
  const caller = await scene.verifier.verify(
    scene.request(scene.token({ [claim]: value, ...claims })),
  )
  if (caller.kind !== 'professional') throw new Error('not a professional')
  return caller
}

const malformed = (value: unknown, claims: Json = {}) =>
  refusal(read(value, claims), 'ATTEST_MALFORMED')

describe('the attest', () => {
  it('ATT-01 is JSON: not text, and not XML', async () => {
    await read(attest)
    for (const other of [JSON.stringify(attest), '<attestation/>', [attest]]) await malformed(other)
  })

  it('ATT-02 is signed: one changed after it was signed, or unsigned, is refused', async () => {
    const scene = newScene(issuer())
    const [header, payload = '', signature] = scene.token().split('.')
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json
    const changed = {
      ...said,
      [claim]: caring({ purpose_of_use: { ...care.purpose_of_use, code: 'BTG' } }),
    }
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url')
    const none = Buffer.from('{"alg":"none","typ":"at+jwt","kid":"k1"}').toString('base64url')
    await refusal(
      scene.verifier.verify(scene.request(`${header}.${forged}.${signature}`)),
      'TOKEN_SIGNATURE',
    )
    await refusal(scene.verifier.verify(scene.request(`${none}.${payload}.AA`)), 'TOKEN_SIGNATURE')
  })

  const [one, other] = ['13717404089', '12057900499']
  const binding = (options: { now?: () => number } = {}) => {
    const { now = () => start * 1000 } = options
    return createAttestBinding({
      store: memoryBindingStore({ now }),
      audience: 'kilde:gateway',
      now,
    })
  }
  const bound = 'ATTESTATION_BOUND_TO_OTHER_PATIENT'

  it('ATT-04 is bound to the patients that it names', async () => {
    const patients = [{ identifier: { id: one, system: oid('4.1') } }]
    const caller = await read({ ...attest, patients })
    expect(caller.attest.patients).toEqual([one])
    const bind = binding()
    await bind(caller, one)
    const error = await refusal(bind(caller, other), bound)
    expect(error.wwwAuthenticate).toContain('error="insufficient_authorization_details"')
    expect(error.publicText).toContain('attestation_bound_to_other_patient')
  })

  it('ATT-04 is bound to patients by national identity number, D-number or common help number', async () => {
    for (const last of ['4.1', '4.2', '4.3']) {
      await read({ ...attest, patients: [{ identifier: { id: one, system: oid(last) } }] })
    }
    const wrong = [
      { id: one, system: oid('4.4') },
      { id: '1371740408', system: oid('4.1') },
      { id: one },
      one,
    ]
    for (const identifier of wrong) await malformed({ ...attest, patients: [{ identifier }] })
    await malformed({ ...attest, patients: { identifier: { id: one, system: oid('4.1') } } })
  })

  it('ATT-06 without a patient holds for the first one that it is used for, also in a renewed token', async () => {
    const bind = binding()
    const caller = await read({ ...attest, toa: start - 60 })
    await bind(caller, one)
    await bind(caller, one)
    await refusal(bind(caller, other), bound)
    const renewed = await read({ ...attest, toa: start - 60 }, { iat: start - 1, jti: 'another' })
    await refusal(bind(renewed, other), bound)
  })

  it('ATT-06 a new one, of another time or session, may be used for another patient', async () => {
    const bind = binding()
    await bind(await read({ ...attest, toa: start - 60 }), one)
    await bind(await read({ ...attest, toa: start - 59 }), other)
    await bind(await read({ ...attest, toa: start - 60 }, { sid: 'session-2' }), other)
    await bind(await read({ ...attest, toa: start - 60 }, { sub: 'user-2' }), other)
  })

  it('ATT-07 tells what parameters and records are checked against, and made of', async () => {
    const caller = await read(attest)
    expect(caller.purpose).toBe('TREAT')
    expect(caller.attest).toMatchObject({
      purpose: 'TREAT',
      legalEntity: '310000302',
      pointOfCare: '310000310',
      authorization: 'LE',
      healthcareService: 'KX17',
      decisionRef: { id: 'd-1', userSelected: false },
    })
  })

  it('ATT-09 is of somebody who signed in at the highest level', async () => {
    const level = 'helseid://claims/identity/security_level'
    for (const low of ['1', '2', '3']) {
      await refusal(read(attest, { [level]: low }), 'SECURITY_LEVEL_TOO_LOW')
    }
    await refusal(read(attest, { [level]: undefined }), 'TOKEN_MALFORMED')
  })

  it('ATT-10 names the practitioner by national identity number or D-number', async () => {
    const dNumber = '52837531216'
    const identifier = { id: dNumber, system: oid('4.2') }
    const said = { 'helseid://claims/identity/pid': dNumber }
    await read(practising({ identifier }), said)
    await malformed(practising({ identifier: { ...identifier, system: oid('4.1') } }), said)
    for (const system of [oid('4.2'), oid('4.3'), oid('4.4'), '']) {
      await malformed(practising({ identifier: { id: pid, system } }))
    }
  })

  it('ATT-11 is about the very person who signed in', async () => {
    const identifier = { ...practitioner.identifier, id: '04918825601' }
    await malformed(practising({ identifier }))
    await malformed(attest, { 'helseid://claims/identity/pid': '04918825601' })
  })

  it('ATT-15 names the legal entity, the one that the token is for', async () => {
    await malformed(practising({ legal_entity: undefined }))
    await malformed(practising({ legal_entity: organization('310000108') }))
    await malformed(
      practising({ legal_entity: { ...organization('310000302'), system: oid('2') } }),
    )
  })

  it('ATT-18 names the point of care by organisation number', async () => {
    await malformed(practising({ point_of_care: undefined }))
    await malformed(practising({ point_of_care: { id: '4211', system: oid('2') } }))
  })

  it('ATT-19 may name the legal entity as point of care', async () => {
    const { attest: found } = await read(practising({ point_of_care: organization('310000302') }))
    expect(found).toMatchObject({ legalEntity: '310000302', pointOfCare: '310000302' })
  })

  it('ATT-28 names a department by RESH id, or by the legal entity’s own id in a system unique in the world', async () => {
    const authority = '310000302'
    const good = [
      { id: '705592', system: oid('4.102'), authority: 'https://www.nhn.no' },
      { id: 'A3', system: 'https://bryggen.example/departments', authority },
      { id: 'A3', system: 'urn:oid:1.2.3.4', authority: `NO:ORGNR:${authority}` },
    ]
    for (const department of good) {
      expect((await read(practising({ department }))).attest.department).toBe(department.id)
    }
    const bad = [
      { id: 'A3', system: 'departments', authority },
      { id: 'A3', system: 'https://bryggen.example/departments' },
      { id: 'A3', system: 'https://bryggen.example/departments', authority: '310000108' },
      { id: '', system: oid('4.102') },
    ]
    for (const department of bad) {
      await malformed(practising({ department }))
      await malformed({ ...attest, patients: [{ department }] })
    }
  })

  it('ATT-29 has the HPR number of the token, in HPR’s system, and none where the person has none', async () => {
    const hpr = 'helseid://claims/hpr/hpr_number'
    await malformed(practising({ hpr_nr: undefined }))
    await malformed(practising({ hpr_nr: { ...practitioner.hpr_nr, id: '9990002' } }))
    await malformed(practising({ hpr_nr: { ...practitioner.hpr_nr, system: oid('4.1') } }))
    const bare = await read(practising({ hpr_nr: undefined, authorization: undefined }), {
      [hpr]: undefined,
    })
    expect(bare.attest).not.toHaveProperty('hprNumber')
  })

  it('ATT-43 has a healthcare service or details of the purpose, each of a code system of the framework', async () => {
    const details = { code: '15', system: oid('1.9151') }
    await malformed(caring({ healthcare_service: undefined }))
    await read(caring({ healthcare_service: undefined, purpose_of_use_details: details }))
    await read(caring({ purpose_of_use_details: details }))
    for (const number of [8655, 8627, 8451, 8668, 8663, 8662, 8664, 8666, 7750, 8254]) {
      await read(caring({ healthcare_service: { code: 'x', system: oid(`1.${number}`) } }))
    }
    await malformed(caring({ healthcare_service: { code: 'x', system: oid('1.9060') } }))
    await malformed(caring({ purpose_of_use_details: { ...details, system: oid('1.8655') } }))
  })

  it('ATT-46 refers to the decision, so that the source can ask for it', async () => {
    await malformed(caring({ decision_ref: undefined }))
    await malformed(caring({ decision_ref: { ...care.decision_ref, id: '' } }))
    const { decision_ref: tracingRef, ...rest } = care
    const newer = { ...attest, care_relationship: { ...rest, tracing_ref: tracingRef } }
    expect((await read(newer)).attest.decisionRef.id).toBe('d-1')
    await malformed(caring({ tracing_ref: tracingRef }))
  })

  it('ATT-48 says whether the user authorised himself', async () => {
    for (const userSelected of [true, false]) {
      const ref = { ...care.decision_ref, user_selected: userSelected }
      expect((await read(caring({ decision_ref: ref }))).attest.decisionRef.userSelected).toBe(
        userSelected,
      )
    }
    for (const wrong of [undefined, null, 'true', 1]) {
      await malformed(caring({ decision_ref: { ...care.decision_ref, user_selected: wrong } }))
    }
  })

  it('ATT-49 to ATT-56 may say where the patient is treated, by organisation number', async () => {
    const where = { point_of_care: organization('310000310') }
    expect((await read({ ...attest, patients: [where] })).attest).not.toHaveProperty('patients')
    for (const id of ['31000031', '3100003100', 'x']) {
      await malformed({ ...attest, patients: [{ point_of_care: organization(id) }] })
    }
    await malformed({
      ...attest,
      patients: [{ point_of_care: { id: '310000310', system: oid('2') } }],
    })
  })

  it('ATT-58 lives for 60 minutes, not a moment more, and says attestation_has_expired', async () => {
    const scene = newScene(issuer())
    const toa = start - 3_599
    const token = scene.token({ [claim]: { ...attest, toa } })
    scene.moveBy(999)
    await expect(scene.verifier.verify(scene.request(token))).resolves.toMatchObject({ pid })
    scene.moveBy(1)
    const error = await refusal(
      scene.verifier.verify(scene.request(token)),
      'ATTESTATION_HAS_EXPIRED',
    )
    expect(error.publicText).toContain('attestation_has_expired')
    expect(error.wwwAuthenticate).toContain('error="insufficient_authorization_details"')
  })

  it('ATT-58 is over when the user turns to another patient', async () => {
    let nowMs = start * 1000
    const bind = binding({ now: () => nowMs })
    const caller = await read(attest)
    await bind(caller, one)
    nowMs += 3_599_999
    await refusal(bind(caller, other), bound)
  })
})

describe('the attest is the same', () => {
  const identifier = { id: '13717404089', system: oid('4.1') }
  const whole = { ...attest, toa: start - 1, patients: [{ identifier }] }
  const { care_relationship: relationship, ...rest } = whole
  const spellings: [string, unknown][] = [
    ['in HelseID’s JSON (care_relationship)', whole],
    ['in the specification’s (care_relation)', { ...rest, care_relation: relationship }],
    ['in the specification’s wrapper', { attestation: { ...rest, care_relation: relationship } }],
    ['without urn:oid:', JSON.parse(JSON.stringify(whole).replaceAll('urn:oid:', ''))],
    ['with its members in another order', Object.fromEntries(Object.entries(whole).reverse())],
    ['with texts and names beside the codes', { ...whole, text: 'Attest' }],
  ]

  it.each(spellings)('%s', async (_name, value) => {
    expect((await read(value)).attest).toEqual((await read(whole)).attest)
  })

  it('and never in two at once', async () => {
    await malformed({ ...whole, care_relation: relationship })
    await malformed({ attestation: whole, ...whole })
    await malformed({ attestation: { ...whole, care_relation: relationship } })
  })
})
