import { describe, expect, it } from '@jest/globals'
import { type DemoPatient, organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, statusesOf } from '../../kit/observations.js'
import { held, heldOf, startOf } from './course.js'

const { municipality, gp, homeCare, rehabilitation } = organizations
/** The last four weeks of the year. */
const fourWeeks = { start: startOf(338, 365), end: startOf(366, 365) }
const GLUCOSE = 'http://loinc.org|15074-8'

interface Measured {
  readonly effective: string
  readonly valueText: string
  readonly quantity: {
    readonly value: number
    readonly unit: string
    readonly text: string
    readonly converted: boolean
  }
  readonly code: { readonly coding: readonly { readonly system: string }[] }
  readonly provenance: readonly { readonly organization: { readonly name: string } }[]
}

const measured = (unit: string) => `
  effective valueText
  quantity(unit: "${unit}") { value unit text converted }
  code { coding { system } }
  provenance { organization { name } }`

export function generalPractitioner(network: () => WatchedNetwork): void {
  const ask = <Row>(
    rows: string,
    filter: Record<string, unknown>,
    patient: DemoPatient = patients.diabetes,
  ) => askObservations<Row>(network(), 'gp', { patient, rows, filter, first: 1_000 })

  describe('the GP reads on request', () => {
    it('sees blood glucose of three organisations in one unit, though one of them measures in mg/dL', async () => {
      const filter = { codes: [GLUCOSE], period: fourWeeks }
      const { nodes, complete } = await ask<Measured>(measured('mmol/L'), filter)
      expect(complete).toBe(true)
      expect(new Set(nodes.map(({ quantity }) => quantity.unit))).toEqual(new Set(['mmol/L']))
      const from = (name: string) => nodes.filter((row) => nameOf(row) === name)
      const codes = { municipality: '15074-8', gp: '15074-8', homeCare: '434912009' }
      expect({
        municipality: from(municipality.name).length,
        gp: from(gp.name).length,
        homeCare: from(homeCare.name).length,
      }).toEqual({
        municipality: heldOf(held('diabetes', 'municipality'), codes.municipality, fourWeeks)
          .length,
        gp: heldOf(held('diabetes', 'gp'), codes.gp, fourWeeks).length,
        homeCare: heldOf(held('diabetes', 'homeCare'), codes.homeCare, fourWeeks).length,
      })
      const [converted] = from(homeCare.name)
      expect(converted).toMatchObject({
        effective: '2026-03-14T12:01:00+01:00',
        valueText: '175 mg/dL',
        quantity: { unit: 'mmol/L', text: '175 mg/dL', converted: true },
        code: { coding: [{ system: 'http://snomed.info/sct' }] },
      })
      expect(converted?.quantity.value).toBeCloseTo(175 / 18.0156, 6)
      expect(from(gp.name)[0]?.quantity).toEqual({
        value: 8.4,
        unit: 'mmol/L',
        text: '8.4 mmol/L',
        converted: false,
      })
    })

    it('sees the weights of a day side by side in kilograms, newest first, as each was sent', async () => {
      const period = { start: startOf(365, 365), end: startOf(366, 365) }
      const filter = { codes: ['http://snomed.info/sct|27113001'], period }
      const { nodes } = await ask<Measured>(measured('kg'), filter)
      const seen = nodes.map((row) => [nameOf(row), row.quantity.value, row.valueText])
      expect(seen).toEqual([
        [gp.name, 91.3, '91.3 kg'],
        [homeCare.name, 91.4, '91400 g'],
        [municipality.name, 91.2, '91.2 kg'],
      ])
    })

    it('sees what was too high or too low by the sources’ own word, with the range they go by', async () => {
      const rows = `
        interpretation { coding { code } } quantity(unit: "mmol/L") { value }
        referenceRange { text } note { text } provenance { organization { name } }`
      const filter = { codes: [GLUCOSE], period: fourWeeks, abnormalOnly: true }
      const { nodes } = await ask<{
        quantity: { value: number }
        interpretation: { coding: { code: string }[] }[]
        referenceRange: { text: string }[]
      }>(rows, filter)
      expect(nodes.length).toBeGreaterThan(20)
      for (const { quantity, interpretation, referenceRange } of nodes) {
        const { value } = quantity
        const expected = value < 4 ? 'L' : value > 13.9 ? 'HH' : 'H'
        expect([value, interpretation[0]?.coding[0]?.code]).toEqual([value, expected])
        expect(value < 4 || value >= 10).toBe(true)
        // In mg/dL none was given.
        if (referenceRange.length > 0) expect(referenceRange[0]?.text).toBe('4 mmol/L – 10 mmol/L')
      }
    })

    it('sees the newest blood pressures with both parts and how they were measured', async () => {
      const rows = `
        kind valueText
        component { kind code { coding { code } } quantity(unit: "mm[Hg]") { value } valueText }
        bodySite { coding { display } } method { coding { display } } device { display }
        provenance { organization { name } authorKind }`
      const filter = { codes: ['http://loinc.org|85354-9'], last: 3 }
      const list = await ask<object>(rows, filter)
      expect(list.nodes).toHaveLength(3)
      expect(list.pageInfo.hasNextPage).toBe(false)
      expect(list.nodes[1]).toEqual({
        kind: 'BLOOD_PRESSURE',
        valueText: null,
        component: [
          {
            kind: 'SYSTOLIC',
            code: { coding: [{ code: '8480-6' }] },
            quantity: { value: 143 },
            valueText: '143 mmHg',
          },
          {
            kind: 'DIASTOLIC',
            code: { coding: [{ code: '8462-4' }] },
            quantity: { value: 86 },
            valueText: '86 mmHg',
          },
        ],
        bodySite: { coding: [{ display: 'Overarm, venstre' }] },
        method: { coding: [{ display: 'Auskultasjon' }] },
        device: { display: 'A&D UA-651BLE' },
        provenance: [{ organization: { name: gp.name }, authorKind: 'STAFF' }],
      })
    })

    it('reads of another patient what a single organisation holds, and that the others show nothing', async () => {
      const list = await ask<Measured>('id', {}, patients.onePlace)
      expect(list.nodes).toHaveLength(held('onePlace', 'rehabilitation').length)
      expect(list.totalCount).toEqual({ value: list.nodes.length, precision: 'EXACT' })
      expect(list.complete).toBe(true)
      const { rehabilitation: only, ...others } = statusesOf(list)
      expect(only).toBe('OK')
      expect(new Set(Object.values(others))).toEqual(new Set(['EMPTY']))
      const report = list.sources.find(
        ({ organization }) => organization.name === rehabilitation.name,
      )
      expect(report?.returned).toBe(list.nodes.length)
    })
  })
}

const nameOf = ({ provenance }: Measured): string | undefined => provenance[0]?.organization.name
