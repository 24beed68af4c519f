import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients, personas } from '@kilde/people'
import type { PrivacyView } from '@kilde/privacy'
import type { Citizen, Professional } from '@kilde/trust'
import type { Facts } from '../src/policy/decision.js'
import { createPolicy } from '../src/policy/engine.js'
import { factsOf } from '../src/policy/facts.js'
import { createGrounds, type Ground } from '../src/policy/grounds.js'
import { NO_STANDING, standingOf } from '../src/policy/representation.js'
import { catalogue, holding } from './kit/node.js'

const policy = createPolicy()
const decide = (facts: Facts, dataClass = 'Observation') => policy.decide(facts, dataClass)
const nurse: Facts = {
  kind: 'professional',
  securityLevel: 4,
  purpose: 'TREAT',
  purposeDetails: '',
  role: 'SP',
  authorised: true,
  ground: 'AGREEMENT',
  roleAgreed: true,
  assistant: false,
  delegated: true,
  settingsKnown: true,
  breakGlassRole: true,
  reasonGiven: false,
  firstStep: false,
  breakGlassOver: false,
  relation: 'NONE',
  ageRule: 'CLOSED',
  addressConfidential: false,
  throughGateway: true,
}
const btg: Facts = { ...nurse, purpose: 'BTG', reasonGiven: true, firstStep: true }
const secretary: Facts = { ...nurse, role: '', authorised: false, assistant: true }
const patient: Facts = {
  ...nurse,
  kind: 'citizen',
  purpose: 'PATRQT',
  role: '',
  authorised: false,
  roleAgreed: false,
  relation: 'SELF',
  ageRule: 'OPEN',
  ground: 'CITIZEN',
}
const parent: Facts = {
  ...patient,
  purpose: 'FAMRQT',
  relation: 'PARENT',
}

describe('the rules', () => {
  it.each<[string, Facts]>([
    ['health personnel with an agreement', nurse],
    ['health personnel of the organisation itself', { ...nurse, ground: 'OWN' }],
    ['personnel in the acute chain', { ...nurse, purpose: 'ETREAT' }],
    ['personnel who coordinate', { ...nurse, purpose: 'COC' }],
    ['a patient about herself', patient],
    ['a parent about the child', parent],
    [
      'a proxy about the person represented',
      { ...parent, purpose: 'PWATRNY', relation: 'POWER_OF_ATTORNEY' },
    ],
    ['a guardian', { ...parent, purpose: 'PWATRNY', relation: 'UNABLE_TO_CONSENT' }],
    ['break-glass with role, reason and a first step', btg],
    [
      'break-glass where it is not known what the patient objects to',
      { ...btg, settingsKnown: false },
    ],
    ['personnel without HPR number for what an agreement names', secretary],
    ['a patient whose address is confidential', { ...patient, addressConfidential: true }],
    ['a parent of a youth, restricted', { ...parent, ageRule: 'RESTRICTED' }],
  ])('permit %s', (_who, facts) => {
    expect(decide(facts)).toMatchObject({ permitted: true })
  })

  it.each<[string, Facts, string, string]>([
    ['a weak sign-in', { ...nurse, securityLevel: 3 }, 'SECURITY_LEVEL', 'level-4'],
    [
      'break-glass by a role that may not',
      { ...btg, breakGlassRole: false },
      'ROLE',
      'break-glass-role',
    ],
    [
      'break-glass without a reason',
      { ...btg, reasonGiven: false },
      'BREAK_GLASS_INCOMPLETE',
      'break-glass-reason',
    ],
    [
      'break-glass without a first step',
      { ...btg, firstStep: false },
      'BREAK_GLASS_INCOMPLETE',
      'break-glass-first-step',
    ],
    [
      'break-glass whose time is up',
      { ...btg, breakGlassOver: true },
      'BREAK_GLASS_OVER',
      'break-glass-time',
    ],
    [
      'what nobody knows whether the patient objects to',
      { ...nurse, settingsKnown: false },
      'BLOCKS_UNKNOWN',
      'settings-known',
    ],
    [
      'a citizen while nothing is known of representation and age',
      { ...patient, settingsKnown: false },
      'BLOCKS_UNKNOWN',
      'settings-known-for-citizen',
    ],
    [
      'a role that no agreement names',
      { ...nurse, roleAgreed: false },
      'ROLE',
      'role-of-agreement',
    ],
    [
      'a supplier to whom nobody has delegated',
      { ...nurse, delegated: false },
      'DELEGATION',
      'supplier-delegated',
    ],
    ['a patient who is too young', { ...patient, ageRule: 'CLOSED' }, 'AGE', 'age'],
    [
      'representation where an address is confidential',
      { ...parent, addressConfidential: true },
      'NOT_REPRESENTED',
      'no-representation-where-hidden',
    ],
    [
      'a parent who asks as a proxy',
      { ...parent, purpose: 'PWATRNY' },
      'NOT_REPRESENTED',
      'represented-by-proxy',
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
      { ...patient, relation: 'NONE' },
      'NOT_REPRESENTED',
      'own-data',
    ],
    [
      'a patient about somebody whom she represents, under her own purpose',
      { ...patient, relation: 'PARENT' },
      'NOT_REPRESENTED',
      'own-data',
    ],
    [
      'a parent about somebody else',
      { ...parent, relation: 'NONE' },
      'NOT_REPRESENTED',
      'represented-by-family',
    ],
    [
      'a parent about herself, under the purpose of representing',
      { ...parent, relation: 'SELF' },
      'NOT_REPRESENTED',
      'represented-by-family',
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

  it.each(['Condition', 'AuditEvent', 'Nothing'])('open no %s to professionals', (dataClass) => {
    expect(decide(nurse, dataClass)).toEqual({ permitted: false, reason: 'POLICY', rules: [] })
  })
  it('open the access log to the patient', () => {
    expect(decide(patient, 'AuditEvent')).toMatchObject({ permitted: true })
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
      id: 'attest',
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
  const { tables } = policy
  const ground: Ground = { kind: 'AGREEMENT', roleAgreed: true, delegated: true }
  const about = {
    ...{ ground, tables, gatewayClients: ['kilde-gateway'], settingsKnown: true },
    ...{ standing: NO_STANDING, glass: { firstStep: false, over: false } },
  }

  it.each([
    ['gp', true],
    ['nurse', true],
    ['acute-doctor', true],
    ['secretary', false],
    ['log-controller', false],
  ])('say whether %s is authorised: %s', (key, authorised) => {
    expect(factsOf(professional(key), about).authorised).toBe(authorised)
  })
  it.each(['XX', 'VE', 'FB', 'QQ'])(
    'do not take category %s for health personnel',
    (authorization) => {
      const doctor = professional('gp')
      const other = { ...doctor, attest: { ...doctor.attest, authorization } }
      expect(factsOf(other, about).authorised).toBe(false)
    },
  )
  it('take a reason for break-glass in the requester’s own words alone', () => {
    const doctor = professional('acute-doctor')
    const saying = (description: string, userSelected: boolean) =>
      factsOf(
        {
          ...doctor,
          attest: { ...doctor.attest, decisionRef: { id: 'd', description, userSelected } },
        },
        about,
      ).reasonGiven
    expect(saying('Bevisstløs pasient', true)).toBe(true)
    expect(saying('Bevisstløs pasient', false)).toBe(false)
    expect(saying('          x          ', true)).toBe(false)
  })
  it('take nobody for an assistant who has an HPR number', () => {
    const named = { ...about, ground: { ...ground, clinician: '9990003' } }
    expect(factsOf(professional('secretary'), named).assistant).toBe(true)
    expect(factsOf(professional('gp'), named).assistant).toBe(false)
    expect(factsOf(professional('secretary'), about).assistant).toBe(false)
  })
  it('name a gateway by its client, and nobody else', () => {
    expect(factsOf(citizen, about).throughGateway).toBe(true)
    expect(factsOf({ ...citizen, actor: 'other' }, about).throughGateway).toBe(false)
    const { actor: _actor, ...direct } = citizen
    expect(factsOf(direct, about).throughGateway).toBe(false)
  })
})

describe('what a citizen is to a patient', () => {
  const { tables } = policy
  const digest = ({ value }: { readonly value: string }): string => value.padEnd(43, '-')
  const from = '2020-01-01T00:00:00Z'
  const held = (more: Partial<PrivacyView> = {}): PrivacyView => ({
    ...{ asOfMs: 0, blocks: [], consents: [], reservations: [] },
    representation: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        kind: 'PARENT',
        representative: digest({ value: citizen.pid }),
        validity: { from },
      },
    ],
    person: { birthDate: '2016-11-22', addressConfidential: false },
    ...more,
  })
  const standing = (view: PrivacyView | 'UNKNOWN', at = '2026-11-21T12:00:00Z', who = citizen) =>
    standingOf(who, {
      patient: parsePatientIdentifier(patients.youth.identifier),
      ...{ dataClass: 'Observation', view, tables, nowMs: Date.parse(at) },
      privacy: { view: () => view, digest },
    })

  it('follows from the settings and the age of the patient', () => {
    expect(standing(held())).toMatchObject({ relation: 'PARENT', ageRule: 'OPEN', adult: false })
  })
  it.each([
    ['2028-11-21T22:59:59Z', 'OPEN'],
    ['2028-11-21T23:00:00Z', 'RESTRICTED'],
    ['2032-11-21T22:59:59Z', 'RESTRICTED'],
    ['2032-11-21T23:00:00Z', 'CLOSED'],
  ])('changes on the birthday, by the date in Norway: %s %s', (at, ageRule) => {
    expect(standing(held(), at).ageRule).toBe(ageRule)
  })
  it('is nothing without a representation that holds, for this class, by this person', () => {
    const [one] = held().representation
    if (!one) throw new Error('the test needs its representation')
    const none = { relation: 'NONE', ageRule: 'CLOSED' }
    const only = (more: object) => standing(held({ representation: [{ ...one, ...more }] }))
    expect(standing(held({ representation: [] }))).toMatchObject(none)
    expect(only({ validity: { from, until: '2026-01-01T00:00:00Z' } })).toMatchObject(none)
    expect(only({ validity: { from: '2027-01-01T00:00:00Z' } })).toMatchObject(none)
    expect(only({ classes: ['CarePlan'] })).toMatchObject(none)
    expect(only({ representative: digest({ value: patients.none.identifier }) })).toMatchObject(
      none,
    )
    expect(only({ kind: 'POWER_OF_ATTORNEY' })).toMatchObject(none)
    expect(standing('UNKNOWN')).toEqual({ ...NO_STANDING, addressConfidential: true })
  })
  it('is closed where base data do not know the age', () => {
    const { person: _person, ...unknown } = held()
    expect(standing(unknown)).toMatchObject({ relation: 'PARENT', ageRule: 'CLOSED' })
  })
  it('is nothing that counts where base data do not know the patient: the address may be confidential', () => {
    const { person: _person, ...unknown } = held()
    expect(standing(unknown).addressConfidential).toBe(true)
    expect(standing('UNKNOWN').addressConfidential).toBe(true)
  })
  it('tells of a confidential address of either', () => {
    const [one] = held().representation
    if (!one) throw new Error('the test needs its representation')
    expect(standing(held()).addressConfidential).toBe(false)
    const own = { birthDate: '2016-11-22', addressConfidential: true }
    expect(standing(held({ person: own })).addressConfidential).toBe(true)
    const other = [{ ...one, addressConfidential: true }]
    expect(standing(held({ representation: other })).addressConfidential).toBe(true)
  })
})

describe('the ground of a request', () => {
  const NOW = Date.parse('2026-11-22T12:00:00Z')
  const own = organizations.municipality.number
  const find = (state = catalogue(), atMs = NOW) => createGrounds(own, holding(state), () => atMs)
  const [agreement] = catalogue().agreements
  if (!agreement) throw new Error('the test needs its agreement')
  const doctor = professional('hospital-doctor')
  const only = (more: object) => ({ ...catalogue(), agreements: [{ ...agreement, ...more }] })

  it('is an agreement, with its legal basis', () => {
    expect(find()(doctor, 'Observation')).toEqual({
      kind: 'AGREEMENT',
      legalBasis: 'helsepersonelloven § 45',
      roleAgreed: true,
      delegated: true,
    })
    // Names go by the agreements on measurements.
    expect(find()(doctor, 'Patient')).toMatchObject({ kind: 'AGREEMENT' })
  })
  it('is none for another class, another purpose, another organisation, or past its end', () => {
    const none = { kind: 'NONE', roleAgreed: false, delegated: true }
    expect(find()(doctor, 'CarePlan')).toEqual(none)
    expect(find()(professional('gp'), 'Observation')).toEqual(none)
    expect(find(only({ purposes: ['ETREAT'] }))(doctor, 'Observation')).toEqual(none)
    expect(find(only({ validTo: '2026-11-21' }))(doctor, 'Observation')).toEqual(none)
    expect(find(only({ validFrom: '2026-11-23' }))(doctor, 'Observation')).toEqual(none)
    expect(find({ ...catalogue(), memberships: [] })(doctor, 'Observation')).toEqual(none)
  })
  it('opens for the roles that the agreement names', () => {
    const roles = (...names: string[]) => find(only({ roles: names }))(doctor, 'Observation')
    expect(roles('SP', 'LE')).toMatchObject({ kind: 'AGREEMENT', roleAgreed: true })
    expect(roles('SP')).toMatchObject({ kind: 'AGREEMENT', roleAgreed: false })
  })
  it('opens for details of purposes that the agreement names, where it names any', () => {
    const details = find(only({ purposeDetails: ['A'] }))
    const attest = { ...doctor.attest, purposeDetails: 'A' }
    expect(details({ ...doctor, attest }, 'Observation')).toMatchObject({ kind: 'AGREEMENT' })
    expect(details(doctor, 'Observation')).toMatchObject({ kind: 'NONE' })
  })
  it('opens for assistants under a clinician, in the classes named for them', () => {
    const clinician = { hprNumber: '9990003', name: 'Henrik Lungelege' }
    const secretary = professional('secretary')
    const under = (dataClasses: readonly string[]) =>
      find(only({ assistants: { dataClasses, clinician } }))
    expect(under(['Observation'])(secretary, 'Observation')).toMatchObject({ clinician: '9990003' })
    expect(under(['CarePlan'])(secretary, 'Observation')).not.toHaveProperty('clinician')
    expect(under(['Observation'])(doctor, 'Observation')).not.toHaveProperty('clinician')
  })
  it('holds for a supplier to which the requester’s organisation has delegated, and for no other', () => {
    const supplier = organizations.homeCare.number
    const from = { ...doctor, supplier }
    expect(find()(from, 'Observation')).toMatchObject({ delegated: false })
    const delegating = {
      ...catalogue(),
      organizations: catalogue().organizations.map((one) =>
        one.number === doctor.organization
          ? { ...one, suppliers: [{ organization: supplier, validFrom: '2026-01-01' }] }
          : one,
      ),
    }
    expect(find(delegating)(from, 'Observation')).toMatchObject({ delegated: true })
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
    expect(find(catalogue(false))(citizen, 'Observation')).toMatchObject({ kind: 'NONE' })
  })
})
