import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients, personas } from '@kilde/people'
import type { Citizen, Professional } from '@kilde/trust'
import { createPolicy, type Facts } from '../src/policy/engine.js'
import { factsOf } from '../src/policy/facts.js'
import { createGrounds, type Ground } from '../src/policy/grounds.js'
import { catalogue, holding } from './kit/node.js'

const decide = createPolicy()
const nurse: Facts = {
  kind: 'professional',
  securityLevel: 4,
  purpose: 'TREAT',
  authorised: true,
  patientIsCaller: false,
  patientIsRepresented: false,
  throughGateway: true,
  ground: 'AGREEMENT',
}
const patient: Facts = {
  ...nurse,
  kind: 'citizen',
  purpose: 'PATRQT',
  authorised: false,
  patientIsCaller: true,
  ground: 'CITIZEN',
}
const parent: Facts = {
  ...patient,
  purpose: 'FAMRQT',
  patientIsCaller: false,
  patientIsRepresented: true,
}

describe('the rules', () => {
  it.each<[string, Facts]>([
    ['health personnel with an agreement', nurse],
    ['health personnel of the organisation itself', { ...nurse, ground: 'OWN' }],
    ['personnel in the acute chain', { ...nurse, purpose: 'ETREAT' }],
    ['personnel who coordinate', { ...nurse, purpose: 'COC' }],
    ['a patient about herself', patient],
    ['a parent about the child', parent],
    ['a proxy about the person represented', { ...parent, purpose: 'PWATRNY' }],
  ])('permit %s', (_who, facts) => {
    expect(decide(facts)).toMatchObject({ permitted: true })
  })

  it.each<[string, Facts, string, string]>([
    ['a weak sign-in', { ...nurse, securityLevel: 3 }, 'SECURITY_LEVEL', 'level-4'],
    [
      'break-glass, which is not built yet',
      { ...nurse, purpose: 'BTG' },
      'PURPOSE',
      'purpose-of-professional',
    ],
    [
      'a citizen’s purpose with a professional',
      { ...nurse, purpose: 'PATRQT' },
      'PURPOSE',
      'purpose-of-professional',
    ],
    [
      'a professional’s purpose with a citizen',
      { ...patient, purpose: 'TREAT' },
      'PURPOSE',
      'purpose-of-citizen',
    ],
    ['whoever is not authorised', { ...nurse, authorised: false }, 'ROLE', 'authorised-personnel'],
    [
      'own staff who are not authorised',
      { ...nurse, authorised: false, ground: 'OWN' },
      'ROLE',
      'authorised-personnel',
    ],
    ['a missing agreement', { ...nurse, ground: 'NONE' }, 'NO_AGREEMENT', 'ground'],
    [
      'a patient about somebody else',
      { ...patient, patientIsCaller: false },
      'NOT_REPRESENTED',
      'own-data',
    ],
    [
      'a patient about somebody whom she represents, under her own purpose',
      { ...patient, patientIsCaller: false, patientIsRepresented: true },
      'NOT_REPRESENTED',
      'own-data',
    ],
    [
      'a parent about somebody else',
      { ...parent, patientIsRepresented: false },
      'NOT_REPRESENTED',
      'represented-person',
    ],
    [
      'a parent about herself, under the purpose of representing',
      { ...parent, patientIsCaller: true, patientIsRepresented: false },
      'NOT_REPRESENTED',
      'represented-person',
    ],
    [
      'a citizen past the gateway',
      { ...patient, throughGateway: false },
      'POLICY',
      'citizens-through-gateway',
    ],
    ['citizens where none are served', { ...patient, ground: 'NONE' }, 'NO_AGREEMENT', 'ground'],
    ['a citizen on an agreement', { ...patient, ground: 'AGREEMENT' }, 'POLICY', ''],
    ['a professional on a citizen’s ground', { ...nurse, ground: 'CITIZEN' }, 'POLICY', ''],
    [
      'several things at once, and name the first',
      { ...nurse, securityLevel: 3, authorised: false, ground: 'NONE' },
      'SECURITY_LEVEL',
      'level-4',
    ],
  ])('forbid %s', (_what, facts, reason, rule) => {
    const decision = decide(facts)
    expect(decision).toMatchObject({ permitted: false, reason })
    expect(decision.rules[0] ?? '').toBe(rule)
  })

  it('forbid what is no request that they know', () => {
    expect(() => decide({ ...nurse, securityLevel: 'four' as unknown as number })).toThrow(
      'not valid',
    )
  })

  it('decide the same again', () => {
    expect(decide(nurse)).toBe(decide({ ...nurse }))
  })
})

const token = {
  subject: 's',
  clientId: 'kilde-gateway',
  scopes: [],
  jkt: '',
  tokenHash: '',
  expiresAtMs: 0,
  actor: 'kilde-gateway',
}

function professional(key: string): Professional {
  const persona = personas.find((one) => one.key === key)
  const works = persona?.works
  if (!persona || !works) throw new Error(`no professional ${key}`)
  const { number } = organizations[works.organization]
  return {
    ...token,
    kind: 'professional',
    pid: persona.pid,
    securityLevel: 4,
    purpose: works.purpose,
    organization: number,
    ...(persona.hprNumber && { hprNumber: persona.hprNumber }),
    attest: {
      attestedAtMs: 0,
      legalEntity: number,
      pointOfCare: works.pointOfCare,
      purpose: works.purpose,
      decisionRef: { id: 'd', userSelected: false },
      ...(persona.authorization && { authorization: persona.authorization.code }),
    },
  }
}

const citizen: Citizen = {
  ...token,
  kind: 'citizen',
  pid: patients.copd.identifier,
  securityLevel: 4,
  purpose: 'FAMRQT',
  onBehalfOf: patients.youth.identifier,
}

describe('the facts of a request', () => {
  const about = (identifier: string, ground: Ground = { kind: 'AGREEMENT' }) => ({
    patient: parsePatientIdentifier(identifier),
    ground,
    gatewayClients: ['kilde-gateway'],
  })
  const kari = about(patients.copd.identifier)

  it.each([
    ['gp', true],
    ['nurse', true],
    ['acute-doctor', true],
    ['secretary', false],
    ['log-controller', false],
  ])('say whether %s is authorised: %s', (key, authorised) => {
    expect(factsOf(professional(key), kari).authorised).toBe(authorised)
  })
  it.each(['XX', 'VE', 'FB', 'QQ'])(
    'do not take category %s for health personnel',
    (authorization) => {
      const doctor = professional('gp')
      const other = { ...doctor, attest: { ...doctor.attest, authorization } }
      expect(factsOf(other, kari).authorised).toBe(false)
    },
  )
  it('tell the citizen and the person represented apart', () => {
    expect(factsOf(citizen, kari)).toMatchObject({
      patientIsCaller: true,
      patientIsRepresented: false,
    })
    expect(factsOf(citizen, about(patients.youth.identifier))).toMatchObject({
      patientIsCaller: false,
      patientIsRepresented: true,
    })
    expect(factsOf(professional('nurse'), about(professional('nurse').pid))).toMatchObject({
      patientIsCaller: false,
    })
  })
  it('name a gateway by its client, and nobody else', () => {
    expect(factsOf(citizen, kari).throughGateway).toBe(true)
    expect(factsOf({ ...citizen, actor: 'other' }, kari).throughGateway).toBe(false)
    const { actor: _actor, ...direct } = citizen
    expect(factsOf(direct, kari).throughGateway).toBe(false)
  })
})

describe('the ground of a request', () => {
  const NOW = Date.parse('2026-11-22T12:00:00Z')
  const own = organizations.municipality.number
  const find = (state = catalogue(), atMs = NOW) => createGrounds(own, holding(state), () => atMs)
  const [agreement] = catalogue().agreements
  if (!agreement) throw new Error('the test needs its agreement')
  const doctor = professional('hospital-doctor')

  it('is an agreement, with its legal basis', () => {
    expect(find()(doctor, 'Observation')).toEqual({
      kind: 'AGREEMENT',
      legalBasis: 'helsepersonelloven § 45',
    })
  })
  it('is none for another class, another purpose, another organisation, or past its end', () => {
    const none = { kind: 'NONE' }
    expect(find()(doctor, 'CarePlan')).toEqual(none)
    expect(find()(professional('gp'), 'Observation')).toEqual(none)
    const only = (more: object) => ({ ...catalogue(), agreements: [{ ...agreement, ...more }] })
    expect(find(only({ purposes: ['ETREAT'] }))(doctor, 'Observation')).toEqual(none)
    expect(find(only({ validTo: '2026-11-21' }))(doctor, 'Observation')).toEqual(none)
    expect(find(only({ validFrom: '2026-11-23' }))(doctor, 'Observation')).toEqual(none)
    expect(find({ ...catalogue(), memberships: [] })(doctor, 'Observation')).toEqual(none)
  })
  it('is the own organisation, also without the registry', () => {
    const alone = createGrounds(own, holding(undefined), () => NOW)
    expect(alone(professional('nurse'), 'Observation')).toMatchObject({ kind: 'OWN' })
    expect(() => alone(doctor, 'Observation')).toThrow(
      'The registry of organisations has been out of reach',
    )
  })
  it('is the citizen’s right where citizens are served', () => {
    expect(find()(citizen, 'Observation')).toMatchObject({ kind: 'CITIZEN' })
    expect(find(catalogue(false))(citizen, 'Observation')).toEqual({ kind: 'NONE' })
  })
})
