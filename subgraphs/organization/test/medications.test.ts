import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { medications } from '../src/classes/medication-statement/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const { municipality, hospital } = organizations
const ATC = 'http://www.whocc.no/atc'
const nurse = {
  ...{ type: 'Practitioner', display: 'Anne Aas' },
  identifier: { system: FNR, value: '05898597468' },
}
const person = { type: 'Patient', identifier: { system: FNR, value: patients.copd.identifier } }
const medicine = { coding: [{ system: ATC, code: 'H02AB06' }], text: 'Prednisolon' }
const statement = (more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'MedicationStatement', id: 's1', status: 'active' },
  ...{ subject: person, medicationCodeableConcept: medicine, informationSource: nurse },
  ...{ effectivePeriod: { start: '2026-05-01' }, dateAsserted: '2026-05-02' },
  ...more,
})
const request = (more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'MedicationRequest', id: 'r1', status: 'active', intent: 'order' },
  ...{ subject: person, medicationCodeableConcept: medicine, requester: nurse },
  ...{ authoredOn: '2026-04-30', reasonCode: [{ coding: [{ system: 'urn:d', code: 'R95' }] }] },
  ...more,
})
const told = (row: Parameters<typeof fieldOf>[1], field: string, leftOut?: readonly string[]) =>
  fieldOf(medications, row, field, leftOut)

describe('an entry of a list of medicines', () => {
  it('says in whose list it stands, and by whose word', async () => {
    const { rows } = await rowsOf(medications, [
      statement(),
      statement({ id: 's2', informationSource: person }),
      statement({ id: 's3', informationSource: undefined }),
    ])
    const owner = { number: municipality.number }
    expect(rows.map((row) => told(row, 'list'))).toMatchObject([
      { owner, kind: 'OF_PROFESSIONALS', asserted: '2026-05-02T00:00:00+02:00' },
      { owner, kind: 'REPORTED_BY_PATIENT' },
      { owner, kind: 'NOT_TOLD' },
    ])
    expect(told(rows[0], 'informationSource')).toMatchObject({ display: 'Anne Aas' })
    expect([told(rows[1], 'informationSource'), told(rows[1], 'reportedBy')]).toEqual([
      undefined,
      'PATIENT',
    ])
  })

  it('is of the organisation whose word it is', async () => {
    const informationSource = {
      ...{ type: 'Organization', identifier: { system: ENH, value: hospital.number } },
    }
    const { rows } = await rowsOf(medications, [statement({ informationSource })])
    expect(rows[0]?.owner).toBe(hospital.number)
  })

  it('tells the medicine of a Medication that stands in it, or beside it', async () => {
    const held = {
      ...{ resourceType: 'Medication', id: 'm1', code: medicine, form: { text: 'Tablett' } },
      ingredient: [
        {
          itemCodeableConcept: { coding: [{ system: 'urn:s', code: 'pred' }] },
          strength: { numerator: { value: 5, unit: 'mg' }, denominator: { value: 1, unit: 'tbl' } },
        },
      ],
    }
    const named = { medicationCodeableConcept: undefined }
    const beside = statement({ ...named, medicationReference: { reference: 'Medication/m1' } })
    const inside = statement({
      ...{ ...named, id: 's2', contained: [held], medicationReference: { reference: '#m1' } },
    })
    const { rows, dropped } = await rowsOf(medications, [held, beside, inside])
    expect([rows.length, dropped]).toEqual([2, 0])
    for (const row of rows) {
      expect(told(row, 'medication')).toMatchObject({ text: 'Prednisolon' })
      expect(told(row, 'form')).toMatchObject({ text: 'Tablett' })
      expect(told(row, 'ingredient')).toMatchObject([{ strength: '5 mg / 1 tbl' }])
      expect(row.codes).toEqual([`${ATC}|H02AB06`, 'urn:s|pred'])
    }
    const alone = await rowsOf(medications, [held])
    expect(alone.told[0]?.status.slice(0, 3)).toBe('422')
  })

  it('tells how it is to be taken in words and in parts, with digits as they were sent', async () => {
    const dosage = [
      {
        text: '1–2 tabletter ved behov',
        ...{ asNeededCodeableConcept: { text: 'smerter' }, route: { text: 'per os' } },
        timing: { repeat: { frequency: 1, frequencyMax: 3, period: 1, periodUnit: 'd' } },
        doseAndRate: [
          { doseRange: { low: { value: 1, unit: 'tbl' }, high: { value: 2, unit: 'tbl' } } },
        ],
        maxDosePerPeriod: {
          ...{ numerator: { value: 8, unit: 'tbl' }, denominator: { value: 24, unit: 'h' } },
        },
      },
    ]
    const { rows } = await rowsOf(medications, [statement({ dosage })])
    expect(told(rows[0], 'dosage')).toMatchObject([
      {
        ...{ text: '1–2 tabletter ved behov', doseText: '1 tbl – 2 tbl', asNeeded: true },
        ...{ maximumPerPeriod: '8 tbl / 24 h', asNeededFor: { text: 'smerter' } },
        timing: { frequency: 1, frequencyMax: 3, period: 1, periodUnit: 'd' },
      },
    ])
  })
})

describe('a prescription', () => {
  const basedOn = [{ reference: 'MedicationRequest/r1' }]

  it('that a statement rests on is told with it, and stands nowhere else', async () => {
    const { rows, dropped } = await rowsOf(medications, [request(), statement({ basedOn })])
    expect([rows.length, dropped]).toEqual([1, 0])
    expect(told(rows[0], 'prescriber')).toMatchObject({ display: 'Anne Aas' })
    expect(told(rows[0], 'prescribed')).toBe('2026-04-30T00:00:00+02:00')
    expect(told(rows[0], 'reason')).toMatchObject([{ coding: [{ code: 'R95' }] }])
    expect(told(rows[0], 'reason', ['reasonCode'])).toEqual([])
    expect(rows[0]?.codes).toContain('urn:d|R95')
  })

  it.each([
    ['the statement was a mistake', { status: 'entered-in-error', basedOn }],
    [
      'the statement is another owner’s',
      {
        basedOn,
        informationSource: {
          type: 'Organization',
          identifier: { system: ENH, value: hospital.number },
        },
      },
    ],
    ['nothing rests on it', {}],
  ])('stands for itself where %s', async (_, more) => {
    const { rows } = await rowsOf(medications, [request(), statement(more)])
    expect(rows.map((row) => told(row, 'kind'))).toEqual(['STATEMENT', 'PRESCRIPTION'])
  })

  it.each([
    [{ intent: 'plan' }, 'PLAN'],
    [{ intent: 'proposal' }, 'PROPOSAL'],
    [{ intent: 'option' }, 'OTHER'],
    [{ doNotPerform: true }, 'DO_NOT_GIVE'],
  ])('is what it says: %j', async (more, kind) => {
    const { rows } = await rowsOf(medications, [request(more)])
    expect(told(rows[0], 'kind')).toBe(kind)
    const ordinary = await rowsOf(medications, [request()])
    expect(rows[0]?.content).not.toBe(ordinary.rows[0]?.content)
  })
})

describe('what is sent', () => {
  it.each([
    ['no status', statement({ status: undefined })],
    ['no intent', request({ intent: undefined })],
    ['no medicine', statement({ medicationCodeableConcept: undefined })],
    ['two medicines', statement({ medicationReference: { reference: 'Medication/m1' } })],
    [
      'an end before its start',
      statement({ effectivePeriod: { start: '2026-05', end: '2026-04' } }),
    ],
    ['a time that nobody can read', request({ authoredOn: '2026-05-01T08:00:00+99:00' })],
    ['no patient', statement({ subject: { display: 'Ukjent' } })],
  ])('is refused with %s', async (_, resource) => {
    const { rows, told: each } = await rowsOf(medications, [resource])
    expect([rows, each[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })
})
