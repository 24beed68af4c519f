import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  attest,
  newScene,
  organization,
  pid,
  type Scene,
  startIssuer,
  type TestIssuer,
} from './issuer.js'
import { refusal } from './refusals.js'

type Json = { [key: string]: unknown }

let issuer: TestIssuer
let scene: Scene
beforeAll(async () => {
  issuer = await startIssuer()
  scene = newScene(issuer)
})
afterAll(() => issuer.stop())

const claim = 'nhn:tillitsrammeverk:parameters'
const department = () => ({
  id: '705592',
  name: 'Lunge',
  system: 'urn:oid:2.16.578.1.12.4.1.4.102',
})
const at = (id: string) => ({ ...organization(id), name: 'Bryggen' })

/** With everything that HelseID's test-token service can set. */
const whole = {
  practitioner: {
    ...attest.practitioner,
    legal_entity: at('310000302'),
    point_of_care: at('310000310'),
    department: department(),
  },
  care_relationship: {
    ...attest.care_relationship,
    purpose_of_use_details: {
      code: '15',
      text: 'Besøk',
      system: 'urn:oid:2.16.578.1.12.4.1.1.9151',
    },
  },
  patients: { 0: { point_of_care: at('310000310'), department: department() } },
}

/** Its 19 fields, and where they stand in the claim. Names and texts are for people: they are never believed. */
const fields = {
  practitioner_authorization_code: 'practitioner.authorization.code',
  practitioner_legal_entity_id: 'practitioner.legal_entity.id',
  practitioner_point_of_care_id: 'practitioner.point_of_care.id',
  practitioner_department_id: 'practitioner.department.id',
  care_relationship_healthcare_service_code: 'care_relationship.healthcare_service.code',
  care_relationship_purpose_of_use_code: 'care_relationship.purpose_of_use.code',
  care_relationship_purpose_of_use_details_code: 'care_relationship.purpose_of_use_details.code',
  care_relationship_decision_ref_id: 'care_relationship.decision_ref.id',
  patients_point_of_care_id: 'patients.0.point_of_care.id',
  patients_department_id: 'patients.0.department.id',
}
const names = {
  practitioner_authorization_text: 'practitioner.authorization.text',
  practitioner_legal_entity_name: 'practitioner.legal_entity.name',
  practitioner_point_of_care_name: 'practitioner.point_of_care.name',
  practitioner_department_name: 'practitioner.department.name',
  care_relationship_healthcare_service_text: 'care_relationship.healthcare_service.text',
  care_relationship_purpose_of_use_text: 'care_relationship.purpose_of_use.text',
  care_relationship_purpose_of_use_details_text: 'care_relationship.purpose_of_use_details.text',
  patients_point_of_care_name: 'patients.0.point_of_care.name',
  patients_department_name: 'patients.0.department.name',
}
/** What HelseID fills in itself, and the parts that hold the fields. */
const filledIn = [
  'practitioner',
  'practitioner.identifier',
  'practitioner.identifier.id',
  'practitioner.identifier.system',
  'practitioner.hpr_nr',
  'practitioner.hpr_nr.id',
  'practitioner.hpr_nr.system',
  'practitioner.legal_entity',
  'practitioner.point_of_care',
  'care_relationship',
  'care_relationship.purpose_of_use',
  'care_relationship.decision_ref',
  'care_relationship.decision_ref.user_selected',
]
const bad: Json = {
  'is missing': undefined,
  'is empty': '',
  'is blank': ' ',
  'is null': null,
  'is a number': 42,
  'is a truth': true,
  'is a list': [],
  'is an object': {},
  'is far too long': 'x'.repeat(600),
}
const organizationIds = Object.values(fields).filter((path) => /(entity|of_care)\.id$/.test(path))
const noNumbers = [
  '31000030',
  '3100003020',
  'abcdefghi',
  '310 000 302',
  'NO310000302',
  '310000302\n',
]
const systems = Object.values(fields)
  .filter((path) => !path.includes('decision_ref'))
  .map((path) => path.replace(/[^.]+$/, 'system'))

/** A copy with one value replaced, or removed where it is undefined. */
function altered(path: string, value: unknown): Json {
  const copy = structuredClone(whole) as Json
  const parts = path.split('.')
  const last = parts.pop() ?? ''
  let inside = copy
  for (const part of parts) inside = inside[part] as Json
  if (value === undefined) delete inside[last]
  else inside[last] = value
  return { ...copy, patients: Object.values(copy['patients'] as Json) }
}

const counts = { cases: 0, accepted: 0 }
afterAll(() => void process.stderr.write(`T12: ${JSON.stringify(counts)}\n`))

async function refused(path: string, value: unknown, claims: Json = {}): Promise<void> {
  const token = scene.token({ [claim]: altered(path, value), ...claims })
  counts.cases += 1
  const asked = scene.verifier.verify(scene.request(token)).then(() => {
    counts.accepted += 1
  })
  const { detail } = await refusal(asked, 'ATTEST_MALFORMED')
  // The reason names the field, or the part that holds it.
  const named = [
    path,
    path.replace(/\.[^.]+$/, ''),
    path.replace('.0.', '.').replace(/\.[^.]+$/, ''),
  ]
  const isNamed = named.some((one) => detail?.includes(one))
  expect({ detail, isNamed }).toEqual({ detail, isNamed: true })
}

async function read(value: Json) {
  const caller = await scene.verifier.verify(scene.request(scene.token({ [claim]: value })))
  if (caller.kind !== 'professional') throw new Error('not a professional')
  const { id: _id, ...said } = caller.attest
  return said
}

describe('An attest with all 19 fields of the trust framework', () => {
  it('T12 is accepted', async () => {
    expect(Object.keys({ ...fields, ...names })).toHaveLength(19)
    expect(await read(altered('toa', undefined))).toMatchObject({
      legalEntity: '310000302',
      pointOfCare: '310000310',
      department: '705592',
      purposeDetails: '15',
    })
  })

  describe.each(Object.entries(fields))('T12 is refused when %s', (_, path) => {
    it.each(Object.entries(bad))('%s, which is named', async (_what, value) => {
      await refused(path, value)
    })
  })

  describe.each(filledIn)('T12 is refused when %s', (path) => {
    const other = Object.entries(bad).filter(
      ([, value]) => !(path.endsWith('selected') && value === true),
    )
    it.each(other)('%s, which is named', async (_what, value) => {
      await refused(path, value)
    })
  })

  it.each(organizationIds)('T12 is refused when %s is no organisation number', async (path) => {
    for (const id of noNumbers) await refused(path, id)
  })

  it.each(systems)(
    'T12 is refused when %s is missing, empty or of something else',
    async (path) => {
      for (const system of [undefined, '', ' ', null, 'urn:oid:1.2.3', 7])
        await refused(path, system)
    },
  )

  it.each(['treat', 'TREAT ', 'PATRQT', 'FAMRQT', 'SYSADMIN', '1'])(
    'T12 is refused for the purpose %j',
    async (code) => {
      await refused(fields.care_relationship_purpose_of_use_code, code)
    },
  )

  it('T12 is refused where it contradicts the token’s organisation, person or HPR number', async () => {
    const parent = 'helseid://claims/client/claims/orgnr_parent'
    const { practitioner_legal_entity_id: entity } = fields
    await refused(entity, '310000108')
    await refused(entity, '310000302', { [parent]: '310000108' })
    await refused(entity, '310000310', {
      'helseid://claims/client/claims/orgnr_child': '310000310',
    })
    await refused(entity, '310000205', {
      'helseid://claims/client/claims/orgnr_supplier': '310000205',
    })
    await refused('practitioner.identifier.id', '04918825601')
    await refused('practitioner.identifier.id', pid, {
      'helseid://claims/identity/pid': '04918825601',
    })
    await refused('practitioner.hpr_nr.id', '9990002')
    await refused('practitioner.hpr_nr.id', '9990001', {
      'helseid://claims/hpr/hpr_number': '9990002',
    })
  })

  it.each(Object.entries(names))('T12 is read alike whatever %s says', async (_, path) => {
    const plain = await read(altered(path, undefined))
    for (const value of ['', null, 42, [], 'Sykehuset Evil HF']) {
      expect(await read(altered(path, value))).toEqual(plain)
    }
  })

  it('T12 at least 100 cases were tried, and none accepted', () => {
    expect(counts.cases).toBeGreaterThanOrEqual(100)
    expect(counts.accepted).toBe(0)
  })
})
