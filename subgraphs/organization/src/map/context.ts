import { convertQuantity, kindOf, type MeasurementKind } from '@kilde/contract'
import { toConcept } from './concept.js'
import type { Concept, Elements, SentExtension, SentQuantity } from './elements.js'
import { convert } from './quantity.js'
import type { Valued } from './value.js'

/** Where the context of a measurement stands. */
export type InContext = Pick<Elements, 'extension'> & {
  readonly component?: readonly Valued[] | undefined
}

type Ratio = NonNullable<SentExtension['valueRatio']>

/** Oxygen as it was sent; its numbers are told by {@link oxygenFields}. */
export interface Oxygen {
  readonly onAir: boolean | undefined
  readonly flow: SentQuantity | undefined
  readonly concentration: SentQuantity | Ratio | undefined
  readonly method: string | undefined
}

interface UnitArgument {
  readonly unit: string
}

/** Fields of OxygenSupply that have to be worked out. */
export const oxygenFields = {
  flow: ({ flow }: Oxygen, { unit }: UnitArgument) => convert(flow, unit),
  concentration: ({ concentration: sent }: Oxygen, { unit }: UnitArgument) =>
    sent && isRatio(sent) ? ratioIn(sent, unit) : convert(sent, unit),
} as const

/**
 * Names that extensions of no-domain vital signs have had: as published for ballot (`…VitalSignsObservationCuffSize`), and in the
 * guide since (`no-domain/vitalsigns/…/…VitalSignsCuffSizeExtension`).
 */
const NO_DOMAIN =
  /^http:\/\/hl7\.no\/fhir\/(?:no-domain\/vitalsigns\/)?StructureDefinition\/NoDomainVitalSigns(?:Observation)?(\w+?)(?:Extension)?$/
const HL7_POSITION = 'http://hl7.org/fhir/StructureDefinition/observation-bodyPosition'

/** What a measurement depends on; undefined where nothing of it was sent. */
export function contextOf(elements: InContext) {
  const { extension = [] } = elements
  const named = (name: string | RegExp) => extension.filter((one) => isNamed(one, name))
  const [position] = named(/BodyPosition$/).flatMap(conceptIn)
  const [cuff] = named('CuffSize').flatMap(conceptIn)
  const [sleep] = named('SleepStatus').flatMap(conceptIn)
  const confounding = named('ConfoundingFactor').flatMap(conceptIn)
  const oxygen = oxygenIn(elements)
  if (!position && !cuff && !sleep && confounding.length + oxygen.length === 0) return undefined
  return {
    oxygen,
    bodyPosition: position && toConcept(position),
    cuffSize: cuff && toConcept(cuff),
    sleepStatus: sleep && toConcept(sleep),
    confoundingFactor: confounding.map(toConcept),
  }
}

/** From the extension of no-domain, else from components (LOINC 3151-8 and 3150-6, as US Core writes them). */
export function oxygenIn({ extension = [], component = [] }: InContext): readonly Oxygen[] {
  const given = extension.filter((one) => isNamed(one, 'InspiredOxygen')).map(oxygenOf)
  if (given.length > 0) return given
  const flow = quantityOf(component, 'OXYGEN_FLOW')
  const concentration = quantityOf(component, 'OXYGEN_CONCENTRATION')
  if (!flow && !concentration) return []
  return [{ flow, concentration, onAir: undefined, method: undefined }]
}

function oxygenOf({ extension: parts = [] }: NonNullable<Elements['extension']>[number]): Oxygen {
  const part = (name: string | RegExp) => parts.find((one) => isNamed(one, name))
  return {
    onAir: part('OnAir')?.valueBoolean,
    flow: part('Flow')?.valueQuantity,
    concentration: (part('FiO2') ?? part(/^(Prosent|Percent)O2$/))?.valueRatio,
    method: part('MethodofOxygenDelivery')?.valueString,
  }
}

const isNamed = ({ url = '' }: SentExtension, name: string | RegExp): boolean => {
  const found = url === HL7_POSITION ? 'BodyPosition' : url.match(NO_DOMAIN)?.[1]
  return typeof name === 'string' ? found === name : name.test(found ?? '')
}

function conceptIn({ valueCoding, valueCodeableConcept }: SentExtension): readonly Concept[] {
  if (valueCodeableConcept) return [valueCodeableConcept]
  return valueCoding ? [{ coding: [valueCoding] }] : []
}

const quantityOf = (
  component: readonly Valued[],
  kind: MeasurementKind,
): SentQuantity | undefined =>
  component.find(({ code }) => kindOf(code?.coding ?? []) === kind)?.valueQuantity

const isRatio = (sent: SentQuantity | Ratio): sent is Ratio =>
  'numerator' in sent || 'denominator' in sent

function ratioIn(ratio: Ratio, unit: string) {
  const share = shareOf(ratio)
  const value = share === undefined ? undefined : convertQuantity(share, '1', unit)
  if (value === undefined) return null
  const text = `${ratio.numerator?.value} : ${ratio.denominator?.value}`
  return { value, unit, comparator: null, text, converted: unit !== '1' }
}

function shareOf({ numerator, denominator }: Ratio): number | undefined {
  const share = Number(numerator?.value) / Number(denominator?.value)
  return Number.isFinite(share) ? share : undefined
}

/** Air holds 21 % of oxygen. */
const AIR_PERCENT = 21

/** Said to breathe air, and to be given oxygen: a flow, or a greater share of oxygen than air holds. */
export function contradicts(oxygen: Oxygen): boolean {
  if (oxygen.onAir !== true) return false
  const flow = oxygenFields.flow(oxygen, { unit: 'L/min' })?.value ?? 0
  const percent = oxygenFields.concentration(oxygen, { unit: '%' })?.value ?? AIR_PERCENT
  return flow > 0 || percent > AIR_PERCENT
}
