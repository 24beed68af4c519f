import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { appointments } from '../src/classes/appointment/index.js'
import { supervisionVisits } from '../src/classes/encounter/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp-encounter'
const { hospital } = organizations
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const nurse = {
  ...{ type: 'Practitioner', display: 'Anne Aas' },
  identifier: { system: FNR, value: '05898597468' },
}
const visit = (more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'Encounter', id: 'v1', status: 'finished' },
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'VR' },
  subject: { identifier: { system: FNR, value: patients.copd.identifier } },
  participant: [{ type: [coded(`${VKP}-mode-v090`, '1')], individual: nurse }],
  period: { start: '2026-05-01T21:00:00+02:00', end: '2026-05-01T21:03:00+02:00' },
  reasonCode: [coded(`${VKP}-reason-v090`, '2')],
  location: [{ location: { display: 'rom 24' } }],
  ...more,
})
const by = (...types: readonly object[]) => ({
  participant: types.map((type) => ({ type: [type], individual: nurse })),
})

describe('a supervision visit', () => {
  it('tells by what means it was made, why, by whom and where', async () => {
    const { rows } = await rowsOf(supervisionVisits, [visit()])
    const told = (field: string) => fieldOf(supervisionVisits, rows[0], field)
    expect([told('mode'), told('reason'), told('location')]).toEqual([
      'CAMERA',
      'EVENT',
      ['rom 24'],
    ])
    expect(told('performer')).toEqual([
      { party: { display: 'Anne Aas', organization: undefined }, kind: 'STAFF' },
    ])
    expect(told('effectiveEnd')).toBe('2026-05-01T21:03:00+02:00')
    expect(fieldOf(supervisionVisits, rows[0], 'location', ['location'])).toEqual([])
  })

  it.each([
    ['0', 'CAMERA_ANONYMISED'],
    ['2', 'TWO_WAY_SPEECH'],
    ['3', 'LISTENING_ANONYMISED'],
    ['4', 'LISTENING'],
    ['9', 'OTHER_REMOTE'],
  ])('by VKP’s mode %s is by %s', async (code, mode) => {
    const { rows } = await rowsOf(supervisionVisits, [visit(by(coded(`${VKP}-mode-v090`, code)))])
    expect(rows[0]?.facets['mode']).toEqual([mode])
    const own = { ...by({ text: 'x' }), class: { system: `${VKP}-class-v090`, code } }
    const other = await rowsOf(supervisionVisits, [visit(own)])
    expect(other.rows[0]?.facets['mode']).toEqual([mode])
  })

  it('is by no means of its own where two are named', async () => {
    const both = by(coded(`${VKP}-mode-v090`, '1'), coded(`${VKP}-mode-v090`, '2'))
    const { rows, told } = await rowsOf(supervisionVisits, [visit(both)])
    expect([rows[0]?.facets['mode'], told[0]?.texts.length]).toEqual([['OTHER_REMOTE'], 1])
  })

  it('stands at its end where that alone is known', async () => {
    const { rows } = await rowsOf(supervisionVisits, [
      visit({ period: { end: '2026-05-01T21:03:00+02:00' } }),
    ])
    expect(rows[0]?.t).toBe(Date.parse('2026-05-01T21:03:00+02:00'))
  })

  it('is of whoever is responsible for it, and keeps no narrative', async () => {
    const serviceProvider = {
      ...{ type: 'Organization', identifier: { system: ENH, value: hospital.number } },
    }
    const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ord</div>' }
    const { rows } = await rowsOf(supervisionVisits, [visit({ serviceProvider, text })])
    expect(rows[0]?.owner).toBe(hospital.number)
    expect(rows[0]?.resource).not.toContain('Ord')
  })

  it.each([
    ['no status', { status: undefined }],
    ['a time that nobody can read', { period: { start: '2026-05-01T08:00:00+99:00' } }],
    ['an end before its start', { period: { start: '2026-05-01', end: '2026-04-01' } }],
    ['no patient', { subject: { display: 'Ukjent' } }],
    ['nothing of supervision', { ...by({ text: 'lege' }), reasonCode: [] }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(supervisionVisits, [visit(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })

  it('is none where a consultation by video came of an appointment', async () => {
    const held = visit({
      ...{ ...by({ text: 'lege' }), reasonCode: [] },
      appointment: [{ reference: 'Appointment/a1' }],
    })
    const { rows, told } = await rowsOf(supervisionVisits, [held])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '201'])
    expect((await rowsOf(appointments, [held])).told[0]?.status.slice(0, 3)).toBe('201')
  })
})
