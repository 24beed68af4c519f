import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { careTeams } from '../src/classes/care-team/index.js'
import { TERMS } from '../src/classes/care-team/terms.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const { municipality, hospital } = organizations
const subject = { identifier: { system: FNR, value: patients.copd.identifier } }
const party = ({ number, name }: { number: string; name: string }) => ({
  ...{ type: 'Organization', identifier: { system: ENH, value: number }, display: name },
})
const RESP = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'RESP' }],
}

const team = (more: Record<string, unknown> = {}) => ({
  resourceType: 'CareTeam',
  ...{ id: 't1', subject, status: 'active', name: 'DHO', period: { start: '2026-05-01' } },
  managingOrganization: [party(municipality)],
  participant: [{ role: [RESP], member: party(municipality) }],
  ...more,
})
const task = (status: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'Task',
  ...{ id: 'h1', status, intent: 'order', for: subject, focus: { reference: 'CareTeam/t1' } },
  ...{ requester: party(municipality), owner: party(hospital), authoredOn: '2026-06-01' },
  ...more,
})

const claimsOf = async (...resources: object[]) =>
  (await rowsOf(careTeams, resources)).rows.map(({ facets, isRival, rivalStatus }) => ({
    claim: facets['claim']?.[0],
    among: isRival ? rivalStatus : undefined,
  }))

describe('what a care team says of who is responsible', () => {
  const another = [{ role: [RESP], member: party(hospital) }]
  const given = [task('requested')]
  const received = [task('rejected', { requester: party(hospital), owner: party(municipality) })]
  const period = { start: '2026-05-01', end: '2026-06-01' }
  it.each([
    ['that its own organisation is', {}, [], 'RESPONSIBLE', 'active'],
    ['that another is', { participant: another }, [], 'NAMES_ANOTHER', 'unknown'],
    ['that it waits', { status: 'proposed' }, [], 'PROPOSED', 'proposed'],
    ['that it has paused', { status: 'suspended' }, [], 'PAUSED', 'suspended'],
    ['that it is no more', { status: 'inactive', period }, [], 'ENDED', 'inactive'],
    [
      'that it has handed over',
      { status: 'inactive', period },
      given,
      'HANDED_OVER',
      'handed-over',
    ],
    ['that it goes on while it hands over', {}, given, 'RESPONSIBLE', 'active'],
    ['that it has said no', { status: 'proposed' }, received, 'DECLINED', undefined],
    [
      'that the hand-over was called off',
      { status: 'inactive' },
      [task('cancelled')],
      'ENDED',
      'inactive',
    ],
    ['nothing that is clear', { status: undefined }, [], 'UNCLEAR', 'unknown'],
    [
      'nothing, of a team with another task',
      { participant: [{ member: party(municipality) }] },
      [],
      undefined,
      undefined,
    ],
    ['nothing that was entered in error', { status: 'entered-in-error' }, [], undefined, undefined],
  ])('is %s', async (_, more, tasks, claim, among) => {
    expect(await claimsOf(team(more), ...tasks)).toEqual([{ claim, among }])
  })

  it('is not clear where it names its own organisation and another', async () => {
    const participant = [municipality, hospital].map((one) => ({
      role: [RESP],
      member: party(one),
    }))
    expect(await claimsOf(team({ participant }))).toEqual([{ claim: 'UNCLEAR', among: 'unknown' }])
  })

  it('is said by who is responsible now, not by who was', async () => {
    const participant = [
      { role: [RESP], member: party(hospital), period: { end: '2026-04-30' } },
      { role: [RESP], member: party(municipality) },
    ]
    expect(await claimsOf(team({ participant }))).toMatchObject([{ claim: 'RESPONSIBLE' }])
  })

  it('is of the organisation that a nurse works for', async () => {
    const nurse = { type: 'Practitioner', display: 'Anne Aas' }
    const participant = [{ role: [RESP], member: nurse, onBehalfOf: party(hospital) }]
    expect(await claimsOf(team({ participant }))).toMatchObject([{ claim: 'NAMES_ANOTHER' }])
    const own = [{ role: [RESP], member: nurse }]
    expect(await claimsOf(team({ participant: own }))).toMatchObject([{ claim: 'RESPONSIBLE' }])
  })
})

describe('a care team with what it refers to', () => {
  const role = {
    resourceType: 'PractitionerRole',
    id: 'r1',
    organization: party(municipality),
    telecom: [{ system: 'phone', value: '+47 21 00 00 10' }],
    availableTime: [
      {
        ...{ daysOfWeek: ['fri', 'mon'], availableStartTime: '08:00:00' },
        availableEndTime: '15:30:00',
      },
    ],
    notAvailable: [{ description: 'Helligdager' }],
  }
  const person = {
    ...{ resourceType: 'Practitioner', id: 'p1', name: [{ family: 'Aas', given: ['Anne'] }] },
    identifier: [{ system: FNR, value: '05898597468' }],
  }
  const within = { value: 30, unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' }
  const terms = {
    url: TERMS,
    extension: [
      { url: 'hours', valueString: 'Vakttelefon hele døgnet' },
      {
        url: 'expectedResponse',
        extension: [
          { url: 'about', valueString: 'Rød måling' },
          { url: 'within', valueDuration: within },
        ],
      },
      {
        url: 'expectedResponse',
        extension: [{ url: 'within', valueString: 'neste virkedag' }],
      },
      { url: 'escalation', valueString: 'Ring 116 117' },
      { url: 'stopCriterion', valueString: 'Sykehjem' },
    ],
  }
  const whole = team({
    extension: [terms],
    participant: [
      { role: [RESP], member: { reference: 'PractitionerRole/r1' } },
      { role: [{ text: 'Sykepleier' }], member: { reference: 'Practitioner/p1' } },
    ],
  })

  it('tells hours, expected response, escalation and what ends it', async () => {
    const { rows, told } = await rowsOf(careTeams, [role, whole, person])
    expect(told.map(({ status }) => status)).toEqual(['201 Created', '201 Created', '201 Created'])
    expect(fieldOf(careTeams, rows[0], 'responsible')).toEqual([
      {
        party: { display: municipality.name, organization: { number: municipality.number } },
        start: undefined,
        telecom: [{ system: 'phone', value: '+47 21 00 00 10', use: undefined }],
        hours: [
          {
            ...{ days: ['MONDAY', 'FRIDAY'], allDay: false },
            ...{ opens: '08:00', closes: '15:30', text: undefined },
          },
          {
            ...{ days: [], allDay: false, opens: undefined, closes: undefined },
            text: 'Vakttelefon hele døgnet',
          },
        ],
        away: ['Helligdager'],
        expectedResponse: [
          { about: 'Rød måling', text: '30 min', minutes: 30 },
          { about: undefined, text: 'neste virkedag', minutes: undefined },
        ],
        escalation: ['Ring 116 117'],
        stopCriteria: ['Sykehjem'],
      },
    ])
  })

  it('names persons and never tells their numbers', async () => {
    const { rows } = await rowsOf(careTeams, [role, whole, person])
    const members = fieldOf(careTeams, rows[0], 'participant')
    expect(members).toMatchObject([
      { party: { organization: { number: municipality.number } }, kind: 'STAFF' },
      { party: { display: 'Anne Aas' }, kind: 'STAFF', role: [{ text: 'Sykepleier' }] },
    ])
    expect(JSON.stringify(members)).not.toContain('05898597468')
  })

  it('tells no way to reach them where that is left out', async () => {
    const { rows } = await rowsOf(careTeams, [role, whole])
    expect(fieldOf(careTeams, rows[0], 'responsible', ['telecom'])).toMatchObject([{ telecom: [] }])
  })

  it('has its hand-overs, the newest first, whichever Bundle they came in', async () => {
    const older = task('rejected', {
      id: 'h0',
      authoredOn: '2026-05-10',
      statusReason: { text: 'Ingen kapasitet' },
    })
    const wrong = task('entered-in-error', { id: 'h2' })
    const { rows } = await rowsOf(careTeams, [older, wrong, team(), task('accepted')])
    expect(fieldOf(careTeams, rows[0], 'handOver')).toMatchObject([
      { status: 'ACCEPTED', from: { display: municipality.name }, to: { display: hospital.name } },
      { status: 'REJECTED', statusReason: { text: 'Ingen kapasitet' } },
    ])
  })

  it('is the same whoever holds a copy of it, and differs where it says something else', async () => {
    const contentOf = async (...resources: object[]) =>
      (await rowsOf(careTeams, resources, hospital.number)).rows[0]?.content
    const original = (await rowsOf(careTeams, [role, whole])).rows[0]?.content
    expect(await contentOf({ ...role }, { ...whole, id: 'x9' })).toBe(original)
    expect(await contentOf(role, { ...whole, name: 'Et annet' })).not.toBe(original)
  })
})

describe('what is not taken', () => {
  it('is what nobody names, what is no hand-over, and what cannot be read', async () => {
    const { told, rows } = await rowsOf(careTeams, [
      { resourceType: 'Organization', id: 'o1', name: 'Ukjent' },
      task('requested', { focus: { reference: 'ServiceRequest/s1' } }),
      team({ id: 't2', period: { start: '2026-05-01', end: '2026-04-01' } }),
      team({ id: 't3', extension: [{ url: TERMS, extension: [{ valueString: 'x' }] }] }),
    ])
    expect(rows).toEqual([])
    expect(told.map(({ status }) => status.slice(0, 3))).toEqual(['422', '422', '422', '422'])
  })

  it('is told of what is odd', async () => {
    const { told } = await rowsOf(careTeams, [team({ status: undefined, period: undefined })])
    expect(told[0]?.texts).toHaveLength(2)
  })
})
