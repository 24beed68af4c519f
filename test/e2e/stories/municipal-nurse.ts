import { describe, expect, it } from '@jest/globals'
import { type DemoPatient, organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, statusesOf } from '../../kit/observations.js'
import { held } from './course.js'

const { municipality, hospital, gp } = organizations
const hospitalAndGp = { sources: [hospital.number, gp.number] }
const PULSE = 'http://loinc.org|8867-4'
const WEIGHT = 'http://loinc.org|29463-7'

interface Copied {
  readonly id: string
  readonly identifier: readonly { readonly value: string }[]
  readonly status: string
  readonly valueText: string | null
  readonly conflict: boolean
  readonly note: readonly { readonly text: string }[]
  readonly provenance: readonly {
    readonly organization: { readonly number: string }
    readonly source: { readonly name: string }
    readonly version: number
    readonly superseded: boolean
  }[]
}

const copied = `
  id identifier { value } status valueText conflict note { text }
  provenance { organization { number } source { name } version superseded }`

export function municipalNurse(network: () => WatchedNetwork): void {
  const ask = <Row>(patient: DemoPatient, rows: string, filter: Record<string, unknown>) =>
    askObservations<Row>(network(), 'nurse', { patient, rows, filter, first: 1_000 })

  describe('the municipal nurse reads what hospital and GP hold', () => {
    it('asks these two alone, and is told that the others were left out', async () => {
      const list = await ask<{ id: string }>(patients.copd, 'id', hospitalAndGp)
      expect(statusesOf(list)).toEqual({
        municipality: 'NOT_ASKED EXCLUDED',
        hospital: 'OK',
        gp: 'EMPTY',
        neighbour: 'NOT_ASKED EXCLUDED',
        homeCare: 'NOT_ASKED EXCLUDED',
        rehabilitation: 'NOT_ASKED EXCLUDED',
      })
      expect(list.complete).toBe(false)
      expect(list.completeness).toMatchObject({ agreed: 6, asked: 2, answered: 2, notAsked: 4 })
      expect(list.nodes).toHaveLength(held('copd', 'hospital').length)
      expect(list.nodes.every(({ id }) => id.startsWith(`${hospital.number}.`))).toBe(true)
    })

    it('sees what the hospital found before it sent the patient home', async () => {
      const rows = 'kind valueInteger valueText note { text } provenance { authorKind }'
      const codes = [
        'http://snomed.info/sct|763264000',
        'http://loinc.org|8302-2',
        'http://loinc.org|39156-5',
      ]
      const list = await ask<object>(patients.copd, rows, { ...hospitalAndGp, codes })
      const provenance = [{ authorKind: 'STAFF' }]
      expect(list.nodes).toHaveLength(3)
      expect(list.nodes).toEqual(
        expect.arrayContaining([
          {
            kind: 'CLINICAL_FRAILTY',
            valueInteger: 5,
            valueText: '5',
            note: [{ text: 'Vurdert etter tilstanden to uker før innleggelsen.' }],
            provenance,
          },
          { kind: 'BODY_HEIGHT', valueInteger: null, valueText: '163 cm', note: [], provenance },
          {
            kind: 'BODY_MASS_INDEX',
            valueInteger: null,
            valueText: '22.5 kg/m2',
            note: [],
            provenance,
          },
        ]),
      )
    })

    it('sees what the GP measured at the consultations, though the GP gives its measurements no identifiers', async () => {
      const rows = `
        effective kind
        identifier { system value }
        component { kind quantity(unit: "mm[Hg]") { value unit } }
        interpretation { coding { code } }
        provenance { organization { name } authorKind }`
      const codes = ['http://loinc.org|85354-9']
      const list = await ask<object>(patients.diabetes, rows, { ...hospitalAndGp, codes })
      expect(list.nodes).toHaveLength(14)
      expect(list.nodes[0]).toEqual({
        effective: '2026-03-14T13:35:00+01:00',
        kind: 'BLOOD_PRESSURE',
        identifier: [],
        component: [
          { kind: 'SYSTOLIC', quantity: { value: 143, unit: 'mm[Hg]' } },
          { kind: 'DIASTOLIC', quantity: { value: 86, unit: 'mm[Hg]' } },
        ],
        interpretation: [{ coding: [{ code: 'H' }] }],
        provenance: [{ organization: { name: gp.name }, authorKind: 'STAFF' }],
      })
    })

    it('sees each of her own measurements once, with the hospital’s copy as a second source', async () => {
      const list = await ask<Copied>(patients.copies, copied, {})
      // 60 days of three measurements each, and the pulse that the hospital changed.
      expect(list.nodes).toHaveLength(60 * 3 + 1)
      expect(new Set(list.nodes.map(({ id }) => id)).size).toBe(60 * 3 + 1)
      expect(list.complete).toBe(true)
      expect(list.totalCount).toEqual({ value: 60 * 3 + 1, precision: 'EXACT' })
      const [newest] = list.nodes
      expect(newest?.provenance.map(({ source }) => source.name).toSorted()).toEqual([
        hospital.name,
        municipality.name,
      ])
      expect(new Set(newest?.provenance.map(({ organization }) => organization.number))).toEqual(
        new Set([municipality.number]),
      )
      const joined = list.nodes.filter(({ provenance }) => provenance.length === 2)
      expect(joined).toHaveLength(89)
      expect(list.nodes.filter(({ conflict }) => conflict)).toHaveLength(2)
    })

    it('sees the corrected weight as the current one, and the hospital’s copy of it as superseded', async () => {
      const { nodes } = await ask<Copied>(patients.copies, copied, { codes: [WEIGHT] })
      const corrected = nodes.filter(({ status }) => status === 'CORRECTED')
      expect(corrected).toEqual([
        {
          id: expect.stringMatching(`^${municipality.number}\\.`),
          identifier: [{ value: 'copies-00093' }],
          status: 'CORRECTED',
          valueText: '82.6 kg',
          conflict: false,
          note: [{ text: 'Rettet: feil avlesning av vekten.' }],
          provenance: [
            {
              organization: { number: municipality.number },
              source: { name: municipality.name },
              version: 2,
              superseded: false,
            },
            {
              organization: { number: municipality.number },
              source: { name: hospital.name },
              version: 1,
              superseded: true,
            },
          ],
        },
      ])
      // The mistyped value is nowhere shown as current.
      const thatMorning = nodes.filter(({ identifier }) => identifier[0]?.value === 'copies-00093')
      expect(thatMorning.map(({ valueText }) => valueText)).toEqual(['82.6 kg'])
    })

    it('sees both pulses where the hospital’s copy says something else, each flagged', async () => {
      const { nodes } = await ask<Copied>(patients.copies, copied, { codes: [PULSE] })
      const conflicting = nodes.filter(({ conflict }) => conflict)
      const seen = conflicting.map(({ valueText, provenance }) => [
        valueText,
        ...provenance.map(({ source }) => source.name),
      ])
      expect(seen).toEqual(
        expect.arrayContaining([
          ['117 /min', hospital.name],
          ['65 /min', municipality.name],
        ]),
      )
      expect(seen).toHaveLength(2)
      expect(new Set(conflicting.map(({ identifier }) => identifier[0]?.value))).toEqual(
        new Set(['copies-00091']),
      )
    })
  })
}
