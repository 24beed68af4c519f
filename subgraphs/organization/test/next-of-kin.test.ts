import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { nextOfKin } from '../src/classes/related-person/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { FNR } from './kit/observations.js'

const { municipality } = organizations
const NUMBER = '05898597468'
const CONTACT = 'http://terminology.hl7.org/CodeSystem/v2-0131'
const GRADING = 'http://ehelse.no/fhir/CodeSystem/gd-address-confidentiality'
const ADDRESS = 'http://ehelse.no/fhir/StructureDefinition/gd-address-metadata'
const related = (more: Record<string, unknown> = {}) => ({
  resourceType: 'RelatedPerson',
  ...{ id: 'r1', period: { start: '2026-05-01' } },
  identifier: [{ system: FNR, value: NUMBER }],
  patient: { identifier: { system: FNR, value: patients.copd.identifier } },
  relationship: [{ coding: [{ system: CONTACT, code: 'N' }], text: 'Datter' }],
  name: [
    { use: 'old', text: 'Dagny Dal' },
    { use: 'official', family: 'Kols', given: ['Dagny'] },
  ],
  telecom: [{ system: 'phone', value: '+47 99 00 00 01' }, { system: 'email' }],
  birthDate: '1985-09-05',
  address: [{ text: 'Storgata 5' }],
  ...more,
})
const tell = async (more: Record<string, unknown>, field: string) => {
  const { rows } = await rowsOf(nextOfKin, [related(more)])
  return fieldOf(nextOfKin, rows[0], field)
}

describe('one of the next of kin', () => {
  it('is who they are to the patient, by their present name, and how to reach them', async () => {
    const { rows } = await rowsOf(nextOfKin, [related()])
    const told = (field: string) => fieldOf(nextOfKin, rows[0], field)
    expect(rows[0]).toMatchObject({ owner: municipality.number, status: 'active' })
    expect(told('name')).toMatchObject({ text: 'Dagny Kols', use: 'official' })
    expect(told('roles')).toEqual(['NEAREST'])
    expect(told('telecom')).toEqual([{ system: 'phone', value: '+47 99 00 00 01', use: undefined }])
    expect(rows[0]?.facets).toEqual({ role: ['NEAREST'] })
  })

  it('is kept without number, address and birth date, wherever they stand', async () => {
    const identifier = [
      { system: FNR, value: NUMBER },
      { value: '058985 97468' },
      { system: 'urn:oid:2.16.578.1.12.4.1.4.2', value: '45898597468' },
      { system: 'https://kilde.example/kin', value: 'k1' },
    ]
    const { rows } = await rowsOf(nextOfKin, [related({ identifier })])
    const kept = JSON.stringify(rows)
    for (const secret of [NUMBER, '97468', 'Storgata', '1985']) expect(kept).not.toContain(secret)
    expect(fieldOf(nextOfKin, rows[0], 'identifier')).toEqual([
      { system: 'https://kilde.example/kin', value: 'k1' },
    ])
  })

  it('has no identity that a number could be told by', async () => {
    const other = [{ system: FNR, value: '21904535653' }]
    const [one, two] = await Promise.all([
      rowsOf(nextOfKin, [related()]),
      rowsOf(nextOfKin, [related({ identifier: other })]),
    ])
    expect(one.rows[0]?.identity).toBe(two.rows[0]?.identity)
    expect(one.rows[0]?.content).toBe(two.rows[0]?.content)
  })

  it.each([
    ['as a label', { meta: { security: [{ system: GRADING, code: 'strengtFortrolig' }] } }],
    [
      'with the address',
      {
        address: [
          {
            extension: [
              {
                url: ADDRESS,
                extension: [{ url: 'confidentiality', valueCode: 'fortrolig' }],
              },
            ],
          },
        ],
      },
    ],
  ])('is not reached where their own address is confidential, told %s', async (_, more) => {
    expect(await tell(more, 'telecom')).toEqual([])
  })

  it('may be a guardian, for what it is said', async () => {
    const relationship = [
      {
        extension: [
          {
            url: 'http://ehelse.no/fhir/StructureDefinition/gd-guardianship',
            extension: [
              { url: 'office', valueString: 'domstolen' },
              { url: 'scope', valueCoding: { code: 'personligeInteresser' } },
            ],
          },
        ],
        coding: [
          { system: 'http://ehelse.no/fhir/CodeSystem/gd-person-guardiantype', code: 'voksen' },
        ],
      },
    ]
    expect(await tell({ relationship }, 'roles')).toEqual(['LEGAL_REPRESENTATIVE'])
    expect(await tell({ relationship }, 'guardianshipScope')).toEqual(['personligeInteresser'])
  })

  it('is none any more where the source says so', async () => {
    expect(await tell({ active: false }, 'status')).toBe('INACTIVE')
  })

  it('differs where name, relation, reach or status does', async () => {
    const contentOf = async (more: Record<string, unknown>) =>
      (await rowsOf(nextOfKin, [related(more)])).rows[0]?.content
    const contents = await Promise.all(
      [
        {},
        { name: [{ text: 'Dagny Dal' }] },
        { relationship: [{ coding: [{ system: CONTACT, code: 'C' }] }] },
        { telecom: [{ system: 'phone', value: '+47 99 00 00 02' }] },
        { active: false },
      ].map(contentOf),
    )
    expect(new Set(contents).size).toBe(contents.length)
  })

  it.each([
    ['an end before its start', { period: { start: '2026-05-01', end: '2026-04-01' } }],
    ['no patient', { patient: { display: 'Ukjent' } }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(nextOfKin, [related(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })
})
