import type { DemoPatient } from '@kilde/people'
import type { WatchedNetwork } from '../kit/network.js'
import { askObservations, type List } from '../kit/observations.js'
import { syntheticNumbers } from './synthetic-numbers.js'

/** Time for a network to start (milliseconds), also on a machine that is busy with other things. */
export const STARTING_MS = 120_000
/** Sources get all the time there is. */
export const patientGateway = {
  gateway: { KILDE_SOURCE_TIMEOUT_MS: '30000', KILDE_REQUEST_TIMEOUT_MS: '60000' },
} as const

/** Synthetic people in whose names examples are loaded: the examples' own subjects have numbers of nobody, or none. */
export const peopleOf = (count: number): readonly DemoPatient[] =>
  syntheticNumbers(count).map((identifier) => ({
    ...{ name: 'Ukjent', identifier, birthDate: '', story: '', organizations: [] },
  }))

const CONCEPT = '{ coding { system code display } text }'
const QUANTITY = '{ value unit comparator text converted }'
const VALUE = `
  code ${CONCEPT} kind valueText valueInteger valueConcept ${CONCEPT} dataAbsentReason ${CONCEPT}
  interpretation ${CONCEPT} referenceRange { text low(unit: "1") ${QUANTITY} high(unit: "1") ${QUANTITY} type ${CONCEPT} }
  kilograms: quantity(unit: "kg") ${QUANTITY} molar: quantity(unit: "mmol/L") ${QUANTITY}
  pressure: quantity(unit: "mm[Hg]") ${QUANTITY}`
/** Every field that the contract has. */
const ROWS = `
  id identifier { system value } version status category ${CONCEPT}
  effective effectiveEnd effectivePrecision timeSuspect issued ${VALUE} component { ${VALUE} }
  device { display manufacturer modelNumber type ${CONCEPT} } bodySite ${CONCEPT} method ${CONCEPT}
  note { text time authorText } conflict withheldFields doubts
  context {
    oxygen { onAir method flow(unit: "L/min") ${QUANTITY} concentration(unit: "%") ${QUANTITY} }
    bodyPosition ${CONCEPT} cuffSize ${CONCEPT} sleepStatus ${CONCEPT} confoundingFactor ${CONCEPT}
  }
  provenance {
    id organization { number } source { number } pointOfCare { number } system authorKind measured recorded profile
    version superseded
  }`

export interface Concept {
  readonly coding: readonly { readonly system: string | null; readonly code: string }[]
  readonly text: string | null
}

export interface Value {
  readonly code: Concept
  readonly kind: string | null
  readonly valueText: string | null
  readonly valueInteger: number | null
  readonly valueConcept: Concept | null
}

export interface Row extends Value {
  readonly id: string
  readonly identifier: readonly { readonly system: string | null; readonly value: string }[]
  readonly status: string
  readonly effective: string
  readonly component: readonly Value[]
  readonly provenance: readonly Readonly<Record<string, unknown>>[]
}

const everyStatus = [
  'REGISTERED',
  'PRELIMINARY',
  'FINAL',
  'AMENDED',
  'CORRECTED',
  'CANCELLED',
  'UNKNOWN',
  'ENTERED_IN_ERROR',
]

/** All that the gateway shows of somebody, with every field, also rows that were entered in error. */
export function askEverything(
  network: WatchedNetwork,
  patient: DemoPatient,
  persona = 'nurse',
): Promise<List<Row>> {
  const filter = { status: everyStatus }
  return askObservations<Row>(network, persona, { patient, rows: ROWS, filter, first: 1_000 })
}
