import { describe, expect, it } from '@jest/globals'
import { medicationDispenses } from '../src/classes/medication-dispense/index.js'
import { heldOf, shown, subject, take } from './kit/taken.js'

const EVENTS = 'http://ehelse.no/fhir/CodeSystem/vkp-medicationdispense-events-v090'
const dispense = (id: string, more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'MedicationDispense', id, subject, status: 'completed' },
  category: { coding: [{ system: EVENTS, code: '1.2' }] },
  medicationCodeableConcept: { text: 'Multidose' },
  whenHandedOver: '2026-05-01T08:00:00+02:00',
  performer: [
    { actor: { type: 'Device', display: 'Evondos', identifier: { system: 'urn:s', value: '7' } } },
    { actor: { type: 'Practitioner', display: 'Tore Trygg' } },
  ],
  ...more,
})

async function rowOf(more: Record<string, unknown> = {}) {
  const { kept, said } = await take(dispense('a', more))
  const [row] = medicationDispenses.assemble(heldOf(kept)).rows
  return { row, kept, said }
}

describe('an event of a medicine dispenser', () => {
  it('says what happened, when, by which dispenser and who helped', async () => {
    const { row, kept } = await rowOf()
    expect(kept[0]?.t).toBe(Date.parse('2026-05-01T06:00:00Z'))
    expect(row).toMatchObject({
      ...{ status: 'completed', precision: 'INSTANT', facets: { event: ['DISPENSED_ASSISTED'] } },
      codes: [`${EVENTS}|1.2`],
    })
    const fields =
      'effective event medication { text } device { display identifier { value } } performer { display }'
    expect(row && (await shown(medicationDispenses, row, fields))).toEqual({
      effective: '2026-05-01T08:00:00+02:00',
      event: 'DISPENSED_ASSISTED',
      medication: { text: 'Multidose' },
      device: { display: 'Evondos', identifier: [{ value: '7' }] },
      performer: [{ display: 'Tore Trygg' }],
    })
  })

  it('names its dispenser by VKP’s extension, without the place in it', async () => {
    const url = 'http://ehelse.no/fhir/StructureDefinition/vkp-medicationDispenseDevice-v090'
    const extension = [
      {
        url,
        extension: [
          { url: 'identifier', valueIdentifier: { value: 'x1' } },
          { url: 'displayName', valueString: 'Pilly' },
          { url: 'location', valueString: 'Storgata 1' },
        ],
      },
    ]
    const { row } = await rowOf({ extension, performer: undefined })
    const told =
      row && (await shown(medicationDispenses, row, 'device { display identifier { value } }'))
    expect(told).toEqual({ device: { display: 'Pilly', identifier: [{ value: 'x1' }] } })
  })

  it('that is of no code of VKP’s has no event: none is guessed', async () => {
    const category = { coding: [{ system: EVENTS, code: '9' }], text: 'utlevert' }
    const { row, said } = await rowOf({ category })
    expect(said).toEqual([
      'warning Bundle.entry[0].resource.category: is none of VKP’s events: shown as it was sent',
    ])
    expect(row && (await shown(medicationDispenses, row, 'event category { text }'))).toEqual({
      event: null,
      category: { text: 'utlevert' },
    })
  })

  it.each([
    ['status', { status: undefined }, 'error .status: is required'],
    [
      'time',
      { whenHandedOver: undefined },
      'warning : says no time: ordered by when it was received',
    ],
  ])('without a %s is taken as far as it can be', async (_, more, issue) => {
    expect((await rowOf(more)).said).toContain(issue.replace(' ', ' Bundle.entry[0].resource'))
  })
})
