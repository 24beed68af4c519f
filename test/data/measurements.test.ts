import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  codeSystems,
  convertQuantity,
  kindOf,
  type MeasurementKind,
  measurementOfKind,
  substanceOf,
} from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { askObservations } from '../kit/observations.js'
import { dataFolder } from './data-folder.js'
import { about, batchOf, sendBundle } from './send-bundle.js'
import { patientGateway, peopleOf, STARTING_MS } from './setting.js'

interface Line {
  readonly key: string
  readonly loinc: string | null
  readonly snomed: string | null
  readonly npu?: string | null
  readonly mdc?: string | null
  readonly ucum?: string | null
  readonly plausible?: readonly [number, number] | null
  readonly components?: readonly Line[]
}

const data = dataFolder()
const listed = data.json<{ readonly codes: readonly Line[] }>(
  'no/derived/measurement-codes.json',
).codes
/** Each measurement of the list with its parts, these by a name of their own: NEWS2 has a `systolic` too. */
const lines = listed.flatMap((line) => [
  [line.key, line] as const,
  ...(line.components ?? []).map((part) => [`${line.key} ${part.key}`, part] as const),
])

const SYSTEMS = ['loinc', 'snomed', 'npu', 'mdc'] as const
const codingsOf = (line: Line) =>
  SYSTEMS.flatMap((name) => {
    const code = line[name]
    return code ? [{ system: codeSystems[name], code }] : []
  })
const measurementOf = (line: Line) => measurementOfKind(kindOf(codingsOf(line)) as MeasurementKind)

describe('the list of measurements at home that none of us wrote', () => {
  it('has twenty-six of them, parts included', () => {
    expect(lines).toHaveLength(26)
  })

  it.each(lines)('knows %s by the same kind in every code system', (_, line) => {
    const kinds = codingsOf(line).map((coding) => kindOf([coding]))
    expect(kinds).not.toContain(undefined)
    expect(new Set(kinds).size).toBe(1)
  })

  it.each(lines)('tells %s in a unit that its own converts to, and in no other’s', (_, line) => {
    const measurement = measurementOf(line)
    const { ucum } = line
    if (!measurement || !ucum) return
    const of = substanceOf(measurement)
    expect(convertQuantity(1, ucum, measurement.unit ?? '', of)).toBeDefined()
    const other = ucum === 'kg' ? 'mmol/L' : 'kg'
    expect(convertQuantity(1, ucum, other, of)).toBeUndefined()
  })

  it.each(lines.filter(([, { plausible }]) => plausible))(
    'marks %s outside of the range that it proposes',
    (_, line) => {
      expect(measurementOf(line)?.plausible).toEqual(line.plausible)
    },
  )

  it('has the parts of each with the whole', () => {
    for (const line of listed.filter(({ components }) => components)) {
      const own = measurementOf(line)?.components
      expect(own).toEqual(
        expect.arrayContaining(line.components?.map((part) => measurementOf(part)?.kind) ?? []),
      )
    }
  })
})

const VALUE = 'kind valueText valueInteger valueConcept { text } '
const OXYGEN = `oxygen {
  onAir method flow(unit: "L/min") { value text converted } concentration(unit: "%") { value text }
}`
const CONTEXT = `context {
  ${OXYGEN} bodyPosition { coding { code display } } cuffSize { coding { code display } }
  sleepStatus { coding { display } } confoundingFactor { text }
}`

describe('what is shown of them by the gateway', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startNetwork({ organizations: ['municipality'], settings: patientGateway })
  }, STARTING_MS)
  afterAll(() => network.stop())

  const [everyKind, contexts] = peopleOf(2).map((person) => person)
  const send = (resources: readonly object[]) =>
    sendBundle(network, 'municipality', batchOf(resources))
  const shown = <Row>(patient: typeof everyKind, rows: string) => {
    if (!patient) throw new Error('nobody to ask about')
    return askObservations<Row>(network, 'nurse', { patient, rows, filter: {}, first: 1_000 })
  }

  it('is every kind, under every code that it has', async () => {
    const sent = lines.flatMap(([, line]) =>
      codingsOf(line).map((coding) => measured(coding, measurementOf(line))),
    )
    const identifier = everyKind?.identifier ?? ''
    const { entries } = await send(sent.map(({ resource }) => about(identifier, resource)))
    expect(entries.map(({ status }) => status)).toEqual(sent.map(() => '201 Created'))
    const { nodes } = await shown<{ kind: string; valueText: string }>(everyKind, VALUE)
    const told = nodes.map(({ kind, valueText }) => `${kind} ${valueText}`).sort()
    expect(told).toEqual(sent.map(({ kind, text }) => `${kind} ${text}`).sort())
  })

  it('is oxygen with its litres, position and cuff, as no-domain vital signs writes them', async () => {
    const examples = data
      .files<Observation>('no/no-domain-vitalsigns/examples', /^Observation-/)
      .map(([, one]) => about(contexts?.identifier ?? '', one))
    expect((await send(examples)).entries.map(({ status }) => status)).toEqual(
      examples.map(() => '201 Created'),
    )
    const { nodes } = await shown<{ kind: string }>(contexts, `${VALUE} doubts ${CONTEXT}`)
    const of = (kind: string) => nodes.find((one) => one.kind === kind)
    expect(of('BLOOD_PRESSURE')).toMatchObject({
      context: {
        oxygen: [],
        bodyPosition: { coding: [{ code: '4801000202104', display: 'Liggende' }] },
        cuffSize: { coding: [{ code: '720740000', display: 'Lår voksne' }] },
        sleepStatus: { coding: [{ display: 'Våken' }] },
      },
    })
    // The example says that the patient breathes air, and is given oxygen: shown as sent, and marked.
    expect(of('OXYGEN_SATURATION')).toMatchObject({
      doubts: ['IMPLAUSIBLE_VALUE', 'OXYGEN_CONTRADICTION'],
      context: {
        oxygen: [
          {
            onAir: true,
            method: 'Oxygen administration method',
            flow: { value: 6.1, text: '6100 ml/min', converted: true },
            concentration: { value: 21, text: '21 : 100' },
          },
        ],
        confoundingFactor: [{ text: 'sample confounding factor' }],
      },
    })
  })
})

function measured(coding: object, measurement: ReturnType<typeof measurementOfKind>) {
  const { kind, unit, plausible = [1, 1] } = measurement ?? { kind: '' }
  const [value] = plausible
  const own = {
    resourceType: 'Observation',
    status: 'final',
    effectiveDateTime: '2026-03-01T08:00:00Z',
  }
  const code = { coding: [coding] }
  if (unit === undefined || unit === '{score}') {
    const coded = kind === 'CONSCIOUSNESS'
    const part = coded ? { valueCodeableConcept: { text: 'Våken' } } : { valueInteger: value }
    return { kind, text: coded ? 'Våken' : String(value), resource: { ...own, code, ...part } }
  }
  const valueQuantity = { value, unit, system: codeSystems.ucum, code: unit }
  return { kind, text: `${value} ${unit}`, resource: { ...own, code, valueQuantity } }
}
