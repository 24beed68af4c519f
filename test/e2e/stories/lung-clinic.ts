import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations } from '../../kit/observations.js'
import { copdDay, held, heldOf } from './course.js'

const patient = patients.copd
const { hospital, municipality, neighbour } = organizations
const FEV1 = 'http://loinc.org|20150-9'
const NEWS2 = 'http://snomed.info/sct|1104051000000101'
const admission = { start: copdDay(158), end: copdDay(166) }

interface Spirometry {
  readonly effective: string
  readonly effectiveEnd: string
  readonly litres: { readonly value: number }
  readonly millilitres: { readonly value: number; readonly converted: boolean }
  readonly provenance: readonly { readonly organization: { readonly name: string } }[]
}

interface Score {
  readonly effective: string
  readonly kind: string
  readonly valueInteger: number
  readonly interpretation: readonly { readonly coding: readonly { readonly code: string }[] }[]
  readonly component: readonly { readonly kind: string; readonly valueInteger: number }[]
}

interface Breathing {
  readonly doubts: readonly string[]
  readonly context: { readonly oxygen: readonly { readonly onAir: boolean }[] } | null
}

export function lungClinic(network: () => WatchedNetwork): void {
  const ask = <Row>(rows: string, filter: Record<string, unknown>, first = 1_000) =>
    askObservations<Row>(network(), 'hospital-doctor', {
      patient,
      rows,
      filter,
      first,
      order: 'OLDEST_FIRST',
    })

  describe('the lung clinic follows a trend', () => {
    it('sees her lung function over half a year, whoever measured it, oldest first', async () => {
      const rows = `
        effective effectiveEnd
        litres: quantity(unit: "L") { value }
        millilitres: quantity(unit: "mL") { value converted }
        provenance { organization { name } }`
      const { nodes, complete } = await ask<Spirometry>(rows, { codes: [FEV1] })
      const seen = nodes.map(({ litres, provenance }) => [
        litres.value,
        provenance[0]?.organization.name,
      ])
      expect(seen).toEqual([
        [1.1, neighbour.name],
        [1.03, municipality.name],
        [1.09, hospital.name],
        [1.01, hospital.name],
        [1.02, hospital.name],
      ])
      expect(complete).toBe(true)
      expect(nodes[0]?.millilitres).toEqual({ value: 1_100, converted: true })
      // Spirometry takes a quarter of an hour.
      for (const { effective, effectiveEnd } of nodes)
        expect(Date.parse(effectiveEnd) - Date.parse(effective)).toBe(15 * 60_000)
    })

    it('sees her weight of 180 days in one unit and one list, with every morning that anybody recorded', async () => {
      const rows = 'effective quantity(unit: "kg") { value }'
      const codes = ['http://loinc.org|29463-7']
      const list = await ask<{ effective: string; quantity: { value: number } }>(rows, { codes })
      const everything = { start: copdDay(0), end: copdDay(181) }
      const expected = (['neighbour', 'municipality', 'hospital'] as const).flatMap(
        (key) => heldOf(held('copd', key), '29463-7', everything).length,
      )
      expect(list.nodes).toHaveLength(expected.reduce((sum, count) => sum + count, 0))
      expect(expected[2]).toBe(8)
      const times = list.nodes.map(({ effective }) => Date.parse(effective))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      const [first, last] = [meanOf(list.nodes.slice(0, 30)), meanOf(list.nodes.slice(-30))]
      expect(first - last).toBeGreaterThan(1)
    })

    it('sees NEWS2 through the admission, each with its parts, and confusion where it was scored', async () => {
      const rows = `
        effective kind valueInteger interpretation { coding { code } }
        component { kind valueInteger }`
      const list = await ask<Score>(rows, { codes: [NEWS2], period: admission })
      expect(list.nodes).toHaveLength(8 * 6)
      expect(list.nodes[0]).toEqual({
        effective: '2026-02-20T02:13:00+01:00',
        kind: 'NEWS2',
        valueInteger: 8,
        interpretation: [{ coding: [{ code: 'HH' }] }],
        component: [
          { kind: 'NEWS2_RESPIRATION', valueInteger: 3 },
          { kind: 'NEWS2_OXYGEN_SATURATION', valueInteger: 1 },
          { kind: 'NEWS2_AIR_OR_OXYGEN', valueInteger: 2 },
          { kind: 'NEWS2_SYSTOLIC', valueInteger: 0 },
          { kind: 'NEWS2_PULSE', valueInteger: 1 },
          { kind: 'NEWS2_CONSCIOUSNESS', valueInteger: 0 },
          { kind: 'NEWS2_TEMPERATURE', valueInteger: 1 },
        ],
      })
      const scores = list.nodes.map(({ valueInteger }) => valueInteger)
      expect(Math.max(...scores)).toBe(12)
      expect(scores.at(-1)).toBeLessThan(5)
      for (const { valueInteger, component } of list.nodes)
        expect(component.reduce((sum, part) => sum + part.valueInteger, 0)).toBe(valueInteger)
      const confused = list.nodes.filter(({ component }) =>
        component.some((part) => part.kind === 'NEWS2_CONSCIOUSNESS' && part.valueInteger === 3),
      )
      expect(confused.length).toBeGreaterThan(0)
    })

    it('sees with each saturation what she breathed: oxygen in litres for five days, then air', async () => {
      const rows = `
        kind valueText doubts
        context { oxygen { onAir method flow(unit: "mL/min") { value text } concentration(unit: "%") { value } } }`
      const codes = ['http://loinc.org|2708-6']
      const filter = { codes, period: admission, sources: [hospital.number] }
      const { nodes } = await ask<Breathing>(rows, filter)
      const given = nodes.map(({ context }) => context?.oxygen[0])
      expect(given).toHaveLength(8 * 6)
      expect(given.slice(0, 5 * 6)).toEqual(
        Array(5 * 6).fill({
          onAir: false,
          method: 'Nesekateter',
          flow: { value: 2_000, text: '2 L/min' },
          concentration: null,
        }),
      )
      expect(given.slice(5 * 6)).toEqual(
        Array(3 * 6).fill({ onAir: true, method: null, flow: null, concentration: null }),
      )
      expect(nodes.flatMap(({ doubts }) => doubts)).toEqual([])
    })

    it('sees how awake she was in words and codes', async () => {
      const rows = 'kind valueText valueConcept { coding { system code } }'
      const period = { start: copdDay(158), end: copdDay(159) }
      const codes = ['http://snomed.info/sct|1104441000000107']
      const list = await ask<{ kind: string; valueText: string }>(rows, { codes, period })
      expect(list.nodes.map(({ valueText }) => valueText)).toEqual([
        'Våken',
        'Nyoppstått forvirring',
        'Våken',
        'Våken',
        'Våken',
        'Nyoppstått forvirring',
      ])
      expect(list.nodes[1]).toEqual({
        kind: 'CONSCIOUSNESS',
        valueText: 'Nyoppstått forvirring',
        valueConcept: { coding: [{ system: 'http://snomed.info/sct', code: '130987000' }] },
      })
    })

    it('sees her weekly questionnaire as a date without a made-up time, and nothing but surveys', async () => {
      const rows = 'effective effectivePrecision kind valueInteger note { text }'
      const filter = { category: ['survey'], period: { start: copdDay(168), end: copdDay(181) } }
      const { nodes } = await ask<{ kind: string; valueInteger: number }>(rows, filter)
      expect(nodes.map(({ kind }) => kind)).toEqual(['QUESTIONNAIRE_SCORE', 'QUESTIONNAIRE_SCORE'])
      expect(nodes[0]).toMatchObject({
        effective: copdDay(168),
        effectivePrecision: 'DATE',
        note: [{ text: 'CAT, 0–40' }],
      })
    })
  })
}

function meanOf(rows: readonly { readonly quantity: { readonly value: number } }[]): number {
  return rows.reduce((sum, { quantity }) => sum + quantity.value, 0) / rows.length
}
