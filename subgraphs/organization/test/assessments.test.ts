import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { assessments } from '../src/classes/clinical-impression/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const { municipality, hospital } = organizations
const number = { system: FNR, value: patients.copd.identifier }
const assessment = (more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'ClinicalImpression', id: 'a1', status: 'completed', summary: 'Forverring.' },
  ...{ subject: { identifier: number }, effectiveDateTime: '2026-05-01T10:00:00+02:00' },
  assessor: {
    ...{ type: 'Practitioner', display: 'Anne Aas' },
    identifier: { system: FNR, value: '05898597468' },
  },
  finding: [{ itemCodeableConcept: { coding: [{ system: 'urn:f', code: '1' }] }, basis: 'SpO2' }],
  ...more,
})

describe('an assessment', () => {
  it('says who made it, when, and what was found', async () => {
    const { rows } = await rowsOf(assessments, [assessment()])
    const told = (field: string) => fieldOf(assessments, rows[0], field)
    expect(rows[0]).toMatchObject({ owner: municipality.number, authorKind: 'STAFF' })
    expect(told('assessor')).toEqual({ display: 'Anne Aas', organization: undefined })
    expect(told('effective')).toBe('2026-05-01T10:00:00+02:00')
    expect(told('finding')).toMatchObject([{ code: { coding: [{ code: '1' }] }, basis: 'SpO2' }])
    expect(rows[0]?.facets).toEqual({ code: ['urn:f|1'] })
    expect(fieldOf(assessments, rows[0], 'summary', ['summary'])).toBeUndefined()
  })

  it('leads to what was looked at by business identifier, and never to a person', async () => {
    const alert = { system: 'urn:alert', value: '7' }
    const item = [
      { type: 'DetectedIssue', identifier: alert },
      { reference: 'Observation/17', display: 'SpO2 84 %' },
      { type: 'Patient', identifier: number },
      { type: 'Observation', identifier: number },
    ]
    const { rows } = await rowsOf(assessments, [
      assessment({
        investigation: [{ code: { text: 'Varsler' }, item }],
        supportingInfo: [{ reference: 'CarePlan/p', display: 'Plan' }],
        previous: { type: 'ClinicalImpression', identifier: { system: 'urn:a', value: '1' } },
      }),
    ])
    const investigation = { coding: [], text: 'Varsler' }
    expect(fieldOf(assessments, rows[0], 'assessed')).toEqual([
      { kind: 'ALERT', identifier: alert, display: undefined, investigation },
      { kind: 'MEASUREMENT', identifier: undefined, display: 'SpO2 84 %', investigation },
      { kind: 'MEASUREMENT', identifier: undefined, display: undefined, investigation },
      { kind: 'PLAN', identifier: undefined, display: 'Plan' },
    ])
    expect(fieldOf(assessments, rows[0], 'previous')).toEqual({ system: 'urn:a', value: '1' })
  })

  it('is closed with the measurements that it refers to, and with any where these are not known', async () => {
    const spo2 = {
      ...{ resourceType: 'Observation', id: 'o1', status: 'final' },
      code: { coding: [{ system: 'http://loinc.org', code: '2708-6' }] },
    }
    const looking = (reference: string) => ({
      investigation: [{ code: { text: 'Målinger' }, item: [{ reference }] }],
    })
    const codesOf = async (...resources: readonly object[]) =>
      (await rowsOf(assessments, resources)).rows[0]?.codes
    const known = await codesOf(spo2, assessment(looking('Observation/o1')))
    expect(known).toEqual(expect.arrayContaining(['http://snomed.info/sct|431314004']))
    expect(known).not.toContain('?')
    expect(await codesOf(assessment(looking('Observation/o2')))).toContain('?')
    expect(await codesOf(assessment(looking('CarePlan/p')))).not.toContain('?')
  })

  it('is of the organisation that made it', async () => {
    const assessor = { type: 'Organization', identifier: { system: ENH, value: hospital.number } }
    const { rows } = await rowsOf(assessments, [assessment({ assessor })])
    expect(rows[0]?.owner).toBe(hospital.number)
  })

  it('differs where its words, its status or its findings do', async () => {
    const contents = await Promise.all(
      [{}, { summary: 'Bedre.' }, { status: 'in-progress' }, { finding: [] }].map(
        async (more) => (await rowsOf(assessments, [assessment(more)])).rows[0]?.content,
      ),
    )
    expect(new Set(contents).size).toBe(contents.length)
  })

  it.each([
    ['no status', { status: undefined }],
    ['a time that nobody can read', { effectiveDateTime: '2026-05-01T08:00:00+99:00' }],
    [
      'an end before its start',
      { effectiveDateTime: undefined, effectivePeriod: { start: '2026-05', end: '2026-04' } },
    ],
    ['no patient', { subject: { display: 'Ukjent' } }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(assessments, [assessment(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })

  it('is told of at intake where it says nothing, or no time', async () => {
    const { told } = await rowsOf(assessments, [
      assessment({ summary: undefined, finding: [], effectiveDateTime: undefined }),
    ])
    expect(told[0]?.texts).toHaveLength(2)
  })
})
