import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, statusesOf } from '../../kit/observations.js'
import { copdDay, held, heldOf } from './course.js'

const patient = patients.copd
const { municipality, neighbour } = organizations
/** She arrives in the night of the 158th day. */
const arrival = '2026-02-20T02:00:00+01:00'
const twoWeeks = { start: copdDay(144), end: arrival }

const SPO2 = 'http://loinc.org|2708-6'
const vitalSigns = [SPO2, 'http://loinc.org|8867-4', 'http://loinc.org|9279-1']

interface Saturation {
  readonly effective: string
  readonly quantity: { readonly value: number; readonly unit: string }
  readonly interpretation: readonly { readonly coding: readonly { readonly code: string }[] }[]
  readonly referenceRange: readonly object[]
  readonly note: readonly { readonly text: string }[]
  readonly device: { readonly display: string } | null
  readonly provenance: readonly {
    readonly organization: { readonly name: string }
    readonly pointOfCare: { readonly name: string }
    readonly authorKind: string
  }[]
}

const saturation = `
  effective
  quantity(unit: "%") { value unit }
  interpretation { coding { code } }
  referenceRange { text low(unit: "%") { value } high(unit: "%") { value } type { text } }
  note { text }
  device { display }
  provenance { organization { name } pointOfCare { name } authorKind }`

export function acuteWard(network: () => WatchedNetwork): void {
  const ask = <Row>(rows: string, filter: Record<string, unknown>, first = 100) =>
    askObservations<Row>(network(), 'acute-doctor', { patient, rows, filter, first })

  describe('the acute ward looks up home measurements before admission', () => {
    it('sees every saturation that the municipality got from home, newest first, and that nothing is missing', async () => {
      const list = await ask<Saturation>(saturation, { codes: [SPO2], period: twoWeeks })
      const expected = heldOf(held('copd', 'municipality'), '2708-6', twoWeeks)
      expect(expected.length).toBeGreaterThan(30)
      expect(list.nodes.map(({ quantity }) => quantity.value)).toEqual(
        expected.map(({ valueQuantity }) => valueQuantity?.value).toReversed(),
      )
      expect(list.complete).toBe(true)
      expect(list.totalCount).toEqual({ value: expected.length, precision: 'EXACT' })
      expect(statusesOf(list)).toEqual({
        municipality: 'OK',
        hospital: 'EMPTY',
        gp: 'EMPTY',
        neighbour: 'EMPTY',
        homeCare: 'EMPTY',
        rehabilitation: 'EMPTY',
      })
    })

    it('sees the fall from her usual 91 % to 82 %, against the range that is right for her', async () => {
      const { nodes } = await ask<Saturation>(saturation, { codes: [SPO2], period: twoWeeks })
      const values = nodes.map(({ quantity }) => quantity.value)
      expect(values.slice(-5).every((value) => value >= 90)).toBe(true)
      expect(values.slice(0, 2)).toEqual([84, 82])
      const [newest] = nodes
      expect(newest).toEqual({
        effective: '2026-02-19T14:19:31+01:00',
        quantity: { value: 84, unit: '%' },
        interpretation: [{ coding: [{ code: 'LL' }] }],
        referenceRange: [
          {
            text: '88 % – 92 %',
            low: { value: 88 },
            high: { value: 92 },
            type: { text: 'Behandlingsmål' },
          },
        ],
        note: [],
        device: { display: 'Nonin 3230' },
        provenance: [
          {
            organization: { name: municipality.name },
            pointOfCare: { name: municipality.pointOfCareName },
            authorKind: 'PATIENT',
          },
        ],
      })
    })

    it('sees only what the source marked as abnormal: none in the first week, and what she wrote herself', async () => {
      const filter = { codes: [SPO2], period: twoWeeks, abnormalOnly: true }
      const { nodes } = await ask<Saturation>(saturation, filter)
      const marks = nodes.map(({ interpretation }) => interpretation[0]?.coding[0]?.code)
      expect(marks).toEqual(['LL', 'LL', ...Array<string>(10).fill('L')])
      expect(nodes.at(-1)?.effective).toBe('2026-02-15T20:18:50+01:00')
      const notes = nodes.flatMap(({ note }) => note.map(({ text }) => text))
      expect(notes).toEqual(Array<string>(4).fill('Tung i pusten i natt, lite søvn.'))
    })

    it('sees the last six vital signs alone, of all sources', async () => {
      const filter = { codes: vitalSigns, period: { end: arrival }, last: 6 }
      const list = await ask<{ kind: string; valueText: string }>('kind valueText', filter)
      expect(list.nodes).toHaveLength(6)
      expect(new Set(list.nodes.map(({ kind }) => kind))).toEqual(
        new Set(['OXYGEN_SATURATION', 'PULSE', 'RESPIRATION_RATE']),
      )
      expect(list.pageInfo.hasNextPage).toBe(false)
      expect(list.totalCount.value).toBe(6)
    })

    it('finds the measurements of the municipality that she moved from in one list with those of her own, whatever their code system', async () => {
      const period = { start: copdDay(58), end: copdDay(64) }
      // In SNOMED CT, in which the neighbouring municipality does not write.
      const filter = { codes: ['http://snomed.info/sct|431314004'], period }
      const list = await ask<Saturation>(saturation, filter)
      const names = list.nodes.map(({ provenance }) => provenance[0]?.organization.name)
      const before = heldOf(held('copd', 'neighbour'), '2708-6', period).length
      const after = heldOf(held('copd', 'municipality'), '2708-6', period).length
      expect(names).toEqual([
        ...Array<string>(after).fill(municipality.name),
        ...Array<string>(before).fill(neighbour.name),
      ])
      expect(Math.min(before, after)).toBeGreaterThan(6)
    })
  })
}
