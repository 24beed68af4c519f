import { codeSystems, type MeasurementKind, measurementOfKind } from '@kilde/contract'
import type { CodeableConcept, Coding } from 'fhir/r4.js'

export type CodeSystemKey = 'loinc' | 'snomed' | 'npu' | 'mdc'

/**
 * The code of a measurement as an organisation writes it. Real sources differ in code systems; where the table has no code
 * in those that the organisation uses, it writes whichever there are.
 */
export function codeOf(kind: MeasurementKind, systems: readonly CodeSystemKey[]): CodeableConcept {
  const key = `${kind} ${systems.join(' ')}`
  const known = concepts.get(key) ?? conceptOf(kind, systems)
  concepts.set(key, known)
  return known
}

const concepts = new Map<string, CodeableConcept>()

function conceptOf(kind: MeasurementKind, systems: readonly CodeSystemKey[]): CodeableConcept {
  const coding = codingsOf(kind, systems)
  const all = coding.length > 0 ? coding : codingsOf(kind, ['loinc', 'snomed', 'npu', 'mdc'])
  return { coding: all, text: measurementOfKind(kind)?.norwegian ?? kind }
}

function codingsOf(kind: MeasurementKind, systems: readonly CodeSystemKey[]): Coding[] {
  const measurement = measurementOfKind(kind)
  return systems.flatMap((system) => {
    const code = measurement?.[system][0]
    return code ? [{ system: codeSystems[system], code, display: measurement.english }] : []
  })
}

export function snomed(code: string, display: string): CodeableConcept {
  return { coding: [{ system: codeSystems.snomed, code, display }] }
}

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const SURVEYS: readonly MeasurementKind[] = [
  'NEWS2',
  'CONSCIOUSNESS',
  'CLINICAL_FRAILTY',
  'QUESTIONNAIRE_SCORE',
]
const EXAMINATIONS: readonly MeasurementKind[] = ['PEAK_FLOW', 'FEV1']
const LABORATORY: readonly MeasurementKind[] = ['HBA1C', 'CREATININE']

export function categoryOf(kind: MeasurementKind): CodeableConcept {
  return { coding: [{ system: CATEGORY, code: categoryCodeOf(kind) }] }
}

function categoryCodeOf(kind: MeasurementKind): string {
  if (SURVEYS.includes(kind)) return 'survey'
  if (EXAMINATIONS.includes(kind)) return 'exam'
  return LABORATORY.includes(kind) ? 'laboratory' : 'vital-signs'
}

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
const WORDS = { N: 'Normal', H: 'High', HH: 'Critical high', L: 'Low', LL: 'Critical low' } as const
export type Interpretation = keyof typeof WORDS

export function interpretationOf(code: Interpretation): CodeableConcept {
  return { coding: [{ system: INTERPRETATION, code, display: WORDS[code] }] }
}

const PROFILES: Partial<Record<MeasurementKind, string>> = {
  PULSE: 'vkp-Observation-Heartrate',
  BLOOD_PRESSURE: 'vkp-Observation-Bloodpressure',
  OXYGEN_SATURATION: 'vkp-Observation-Oxygensat',
  RESPIRATION_RATE: 'vkp-Observation-Resprate',
  BODY_TEMPERATURE: 'vkp-Observation-Bodytemp',
  BODY_WEIGHT: 'vkp-Observation-Bodyweight',
  GLUCOSE: 'vkp-Observation',
  CONSCIOUSNESS: 'vkp-Observation-Consciousness',
  NEWS2: 'vkp-Observation-NEWS2score',
  CLINICAL_FRAILTY: 'vkp-Observation-CFSscore',
}

export function profileOf(kind: MeasurementKind): string | undefined {
  const name = PROFILES[kind]
  return name && `http://hl7.no/fhir/vkpobservation/StructureDefinition/${name}`
}
