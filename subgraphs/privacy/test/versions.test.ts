import { beforeEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import type { Citizen, System } from '@kilde/trust'
import { readConsents } from '../src/fhir/read-consent.js'
import { createDecide } from '../src/path/decide.js'
import { listedPeople } from '../src/people/people.js'
import { Ledger } from '../src/settings/ledger.js'
import { isOpen } from '../src/settings/statement.js'

const person = parsePatientIdentifier('08825133489')
const HOSPITAL = '310000205'
const MUNICIPALITY = '310000108'
const people = listedPeople([
  { identifier: person, birthDate: '1951-02-08', addressConfidential: false, representatives: [] },
])
const system = { kind: 'system', clientId: 'other' } as System
const patient = { kind: 'citizen', pid: person.value, purpose: 'PATRQT' } as Citizen

let now: number
let ledger: Ledger
beforeEach(() => {
  now = Date.parse('2026-06-01T12:00:00Z')
  ledger = new Ledger()
})

interface Version {
  readonly day?: number
  readonly version?: string
  readonly status?: string
  readonly type?: 'deny' | 'permit'
  /** Whose data are meant. */
  readonly of?: string
  readonly start?: string
}

/** A Consent of another system, always under one identifier. */
const consent = ({ day, version, status, type = 'deny', of: owner, start }: Version) => ({
  resourceType: 'Consent',
  identifier: [{ system: 'urn:other', value: '17' }],
  meta: {
    ...(version && { versionId: version }),
    ...(day && { lastUpdated: `2026-05-${`${day}`.padStart(2, '0')}T12:00:00Z` }),
  },
  status: status ?? 'active',
  scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
  category: [coded('http://loinc.org', '59284-0')],
  patient: { identifier: { ...person } },
  provision: {
    ...{ type, period: { start: start ?? '2026-01-01T00:00:00Z' } },
    ...(owner && {
      actor: [
        {
          role: coded('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'CST'),
          reference: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: owner } },
        },
      ],
    }),
  },
})

const coded = (from: string, code: string) => ({ coding: [{ system: from, code }] })

/** As the service does it: decides, and keeps what is written. Each arrives a minute after the last. */
function take(one: Version, caller: Citizen | System = system) {
  const [said] = readConsents(consent(one))
  if (!said) throw new Error('nothing was said')
  return decide(said.intent, caller)
}

function decide(
  intent: ReturnType<typeof readConsents>[number]['intent'],
  caller: Citizen | System,
) {
  now += 60_000
  const { writes, meant } = createDecide({ ledger, people, now: () => now })({
    ...{ requestId: 'r', caller, person, intent },
  })
  for (const statement of writes) {
    const mark = { version: ledger.mark.version + 1, tag: 'x'.repeat(43) }
    ledger.apply({ mark, person, statement })
  }
  return { writes, meant }
}

const all = () => ledger.statementsOf(person)
/** Whose data are meant by what is in force. */
const inForce = () =>
  all()
    .filter((one) => isOpen(one, now))
    .map(({ kind, data }) => `${kind} ${data.organization ?? 'all'}`)

describe('a Consent that comes again under its identifier', () => {
  it('replaces what came before, and the history keeps both', () => {
    take({ day: 1, of: HOSPITAL })
    take({ day: 2, of: MUNICIPALITY })
    expect(inForce()).toEqual([`BLOCK ${MUNICIPALITY}`])
    expect(all()).toHaveLength(2)
    expect(all()[0]).toMatchObject({
      data: { organization: HOSPITAL },
      liftedAt: new Date(now).toISOString(),
    })
  })

  it('replaces a block by a consent, and another beginning is a change too', () => {
    take({ day: 1, of: HOSPITAL })
    take({ day: 2, of: HOSPITAL, type: 'permit' })
    expect(inForce()).toEqual([`CONSENT ${HOSPITAL}`])
    take({ day: 3, of: HOSPITAL, type: 'permit', start: '2026-02-01T00:00:00Z' })
    expect(inForce()).toEqual([`CONSENT ${HOSPITAL}`])
    expect(all().at(-1)?.validity.from).toBe('2026-02-01T00:00:00.000Z')
  })

  it('changes nothing where it is older than what came before', () => {
    take({ day: 2, of: MUNICIPALITY })
    expect(take({ day: 1, of: HOSPITAL })).toMatchObject({ writes: [], meant: [all()[0]] })
    expect(inForce()).toEqual([`BLOCK ${MUNICIPALITY}`])
  })

  it('is as new as its newest version, though that said nothing new', () => {
    take({ day: 1, of: HOSPITAL })
    take({ day: 3, of: HOSPITAL })
    take({ day: 2, of: MUNICIPALITY })
    expect(inForce()).toEqual([`BLOCK ${HOSPITAL}`])
    expect(all()).toHaveLength(1)
  })

  it('is put in order by numbers of versions where times do not tell', () => {
    take({ version: '10', of: MUNICIPALITY })
    take({ version: '9', of: HOSPITAL })
    expect(inForce()).toEqual([`BLOCK ${MUNICIPALITY}`])
  })

  it('counts as it arrives where no version tells', () => {
    take({ of: MUNICIPALITY })
    take({ of: HOSPITAL })
    expect(inForce()).toEqual([`BLOCK ${HOSPITAL}`])
  })

  it('is nothing new where it is the very same', () => {
    take({ day: 1, of: HOSPITAL })
    expect(take({ day: 1, of: HOSPITAL }).writes).toEqual([])
    expect(all()).toHaveLength(1)
  })

  it('stays lifted where the patient has lifted that version', () => {
    const [before] = take({ day: 1, of: HOSPITAL }, patient).meant
    decide({ do: 'LIFT', id: before?.id ?? '' }, patient)
    take({ day: 1, of: HOSPITAL })
    expect(inForce()).toEqual([])
    take({ day: 2, of: HOSPITAL })
    expect(inForce()).toEqual([`BLOCK ${HOSPITAL}`])
  })

  it('of a statement that was made here replaces it, by its id', () => {
    const { meant } = decide(
      { do: 'REGISTER', statements: [{ kind: 'BLOCK', data: {}, recipient: {} }] },
      patient,
    )
    const identifier = [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${meant[0]?.id}` }]
    const changed = { ...consent({ day: 1, of: HOSPITAL }), identifier }
    const said = readConsents(changed)
    expect(() => said.map(({ intent }) => decide(intent, system))).toThrow(notAllowed)
    for (const { intent } of said) decide(intent, patient)
    expect(inForce()).toEqual([`BLOCK ${HOSPITAL}`])
  })

  it('is not what the patient has stated here, though it says the same', () => {
    const own = {
      do: 'REGISTER',
      statements: [{ kind: 'BLOCK', data: {}, recipient: {} }],
    } as const
    take({ day: 1 })
    decide(own, patient)
    take({ day: 2, status: 'inactive' })
    expect(inForce()).toEqual(['BLOCK all'])
  })
})

describe('a Consent that holds no longer', () => {
  it.each(['inactive', 'rejected', 'entered-in-error'])('lifts what came before: %s', (status) => {
    take({ day: 1, of: HOSPITAL })
    take({ day: 2, status })
    expect(inForce()).toEqual([])
    take({ day: 1, of: HOSPITAL })
    expect(inForce()).toEqual([])
    take({ day: 3, of: MUNICIPALITY })
    expect(inForce()).toEqual([`BLOCK ${MUNICIPALITY}`])
  })

  it('lifts nothing that is newer', () => {
    take({ day: 2, of: HOSPITAL })
    expect(take({ day: 1, status: 'inactive' }).writes).toEqual([])
    expect(inForce()).toEqual([`BLOCK ${HOSPITAL}`])
  })

  it('and that comes first leaves an older version without effect', () => {
    expect(take({ day: 2, status: 'entered-in-error' }).meant).toEqual([])
    expect(take({ day: 1, of: HOSPITAL }).writes).toEqual([])
    expect(inForce()).toEqual([])
    take({ day: 3, of: HOSPITAL })
    expect(inForce()).toEqual([`BLOCK ${HOSPITAL}`])
  })

  it('is ended once', () => {
    take({ day: 1, of: HOSPITAL })
    take({ day: 2, status: 'inactive' })
    const [ended] = all()
    expect(take({ day: 2, status: 'inactive' }).writes).toEqual([])
    take({ day: 4, status: 'inactive' })
    expect(all()).toEqual([{ ...ended, version: { at: '2026-05-04T12:00:00.000Z' } }])
    take({ day: 3, of: HOSPITAL })
    expect(inForce()).toEqual([])
  })

  it('is unknown to a person who never stated it', () => {
    const unknown = expect.objectContaining({ code: 'PRIVACY_STATEMENT_UNKNOWN' })
    expect(() => take({ day: 1, status: 'inactive' }, patient)).toThrow(unknown as unknown as Error)
  })
})

const notAllowed = expect.objectContaining({ code: 'PRIVACY_NOT_ALLOWED' }) as unknown as Error
