import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { services } from '../src/classes/episode-of-care/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const { municipality, hospital } = organizations
const KINDS = 'urn:oid:2.16.578.1.12.4.1.1.8663'
const episode = (more: Record<string, unknown> = {}) => ({
  resourceType: 'EpisodeOfCare',
  ...{ id: 's1', status: 'active', period: { start: '2026-05-01' } },
  patient: { identifier: { system: FNR, value: patients.copd.identifier } },
  type: [{ coding: [{ system: KINDS, code: 'KX09' }], text: 'Hjemmesykepleie' }],
  managingOrganization: {
    ...{ type: 'Organization', identifier: { system: ENH, value: hospital.number } },
    display: hospital.name,
  },
  careManager: { identifier: { system: FNR, value: '05898597468' }, display: 'Anne Aas' },
  ...more,
})

describe('a service', () => {
  it('is of whoever gives it, with what it was before, in the order of time', async () => {
    const statusHistory = [
      { status: 'planned', period: { start: '2026-04-20', end: '2026-05-01' } },
      { status: 'entered-in-error', period: { start: '2026-04-01' } },
      { status: 'waitlist', period: { start: '2026-04-10', end: '2026-04-20' } },
    ]
    const { rows } = await rowsOf(services, [episode({ statusHistory })], municipality.number)
    const told = (field: string) => fieldOf(services, rows[0], field)
    expect(rows[0]?.owner).toBe(hospital.number)
    expect(told('provider')).toMatchObject({ organization: { number: hospital.number } })
    expect(told('careManager')).toEqual({ display: 'Anne Aas', organization: undefined })
    expect(told('statusHistory')).toMatchObject([{ status: 'WAITLIST' }, { status: 'PLANNED' }])
    expect(rows[0]?.facets).toEqual({ code: [`${KINDS}|KX09`] })
  })

  it('differs where its status, its time, its kind or who gives it does', async () => {
    const contentOf = async (more: object) =>
      (await rowsOf(services, [episode({ ...more })])).rows[0]?.content
    const contents = await Promise.all(
      [
        {},
        { status: 'onhold' },
        { period: { start: '2026-05-02' } },
        { type: [{ text: 'x' }, { coding: [{ system: KINDS, code: 'KX10' }] }] },
        { managingOrganization: { display: 'Et annet' } },
      ].map(contentOf),
    )
    expect(new Set(contents).size).toBe(contents.length)
    expect(await contentOf({ careManager: { display: 'Bo Bø' } })).toBe(contents[0])
  })

  it.each([
    ['no status', { status: undefined }],
    ['an end before its start', { period: { start: '2026-05-01', end: '2026-04-01' } }],
    ['a start that nobody can read', { period: { start: '2026-05-01T08:00:00+99:00' } }],
    ['no patient', { patient: { display: 'Ukjent' } }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(services, [episode(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })

  it('is told of where it says neither kind nor time', async () => {
    const { rows, told } = await rowsOf(services, [episode({ type: undefined, period: undefined })])
    expect([rows.length, rows[0]?.precision, told[0]?.texts.length]).toEqual([1, 'RECEIVED', 2])
  })
})
