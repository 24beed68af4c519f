import type { MeasurementKind } from '@kilde/contract'
import { codeOf, type Interpretation, snomed } from './coding.js'
import { amount, quantity, type Reading, range } from './observation.js'
import type { Place } from './parties.js'

type When = Pick<Reading, 'at' | 'author'> & { readonly device?: string }

export const devices = {
  oximeter: 'Nonin 3230',
  cuff: 'A&D UA-651BLE',
  scale: 'A&D UC-352BLE',
  thermometer: 'A&D UT-201BLE',
  glucometer: 'Contour Next One',
  spirometer: 'Vitalograph copd-6',
  peakFlowMeter: 'Mini-Wright Digital',
} as const

/** The patient's own range of SpO2 in COPD is lower than that of others. */
export function oxygenSaturation(
  when: When,
  percent: number,
  target: readonly [number, number] = [94, 100],
): Reading {
  const value = Math.min(100, Math.round(percent))
  const interpretation = value < target[0] - 3 ? 'LL' : value < target[0] ? 'L' : undefined
  return {
    kind: 'OXYGEN_SATURATION',
    ...when,
    value: quantity(value, '%'),
    referenceRange: range(target[0], target[1], '%'),
    ...marked(interpretation),
  }
}

const NO_DOMAIN = 'http://hl7.no/fhir/StructureDefinition/NoDomainVitalSignsObservation'

/** The same with what the patient was given to breathe, as no-domain vital signs writes it; 0: air. */
export function breathing(reading: Reading, litresPerMinute: number): Reading {
  const onAir = { url: `${NO_DOMAIN}OnAir`, valueBoolean: litresPerMinute === 0 }
  const given = [
    { url: `${NO_DOMAIN}Flow`, valueQuantity: amount(litresPerMinute, 'L/min') },
    { url: `${NO_DOMAIN}MethodofOxygenDelivery`, valueString: 'Nesekateter' },
  ]
  const extension = [onAir, ...(litresPerMinute > 0 ? given : [])]
  const oxygen = { url: `${NO_DOMAIN}InspiredOxygen`, extension }
  return { ...reading, more: { ...reading.more, extension: [oxygen] } }
}

export function pulse(when: When, perMinute: number): Reading {
  return {
    kind: 'PULSE',
    ...when,
    value: quantity(perMinute, '/min'),
    ...marked(perMinute > 100 ? 'H' : undefined),
  }
}

export function respirationRate(when: When, perMinute: number): Reading {
  const interpretation = perMinute >= 25 ? 'HH' : perMinute > 20 ? 'H' : undefined
  return {
    kind: 'RESPIRATION_RATE',
    ...when,
    value: quantity(perMinute, '/min'),
    ...marked(interpretation),
  }
}

export function temperature(when: When, celsius: number): Reading {
  const interpretation = celsius >= 38 ? 'H' : undefined
  return {
    kind: 'BODY_TEMPERATURE',
    ...when,
    value: quantity(celsius, 'Cel', 1),
    ...marked(interpretation),
  }
}

export function weight(when: When, kilograms: number, unit: 'kg' | 'g' = 'kg'): Reading {
  const value =
    unit === 'kg' ? quantity(kilograms, 'kg', 1) : quantity(Math.round(kilograms * 10) * 100, 'g')
  return { kind: 'BODY_WEIGHT', ...when, value }
}

export function glucose(
  when: When,
  millimolar: number,
  unit: 'mmol/L' | 'mg/dL' = 'mmol/L',
): Reading {
  const value =
    unit === 'mmol/L' ? quantity(millimolar, unit, 1) : quantity(millimolar * 18.0156, unit)
  const interpretation =
    millimolar < 4 ? 'L' : millimolar > 13.9 ? 'HH' : millimolar > 10 ? 'H' : undefined
  return {
    kind: 'GLUCOSE',
    ...when,
    value,
    ...(unit === 'mmol/L' && { referenceRange: range(4, 10, 'mmol/L') }),
    ...marked(interpretation),
  }
}

/** Sites and methods of the VKP profile's required bindings. A cuff listens by itself, so self-measurements name no method. */
export function bloodPressure(
  when: When,
  place: Place,
  systolic: number,
  diastolic: number,
): Reading {
  const part = (kind: MeasurementKind, value: number) => ({
    code: codeOf(kind, place.systems),
    valueQuantity: amount(value, 'mm[Hg]'),
  })
  const interpretation =
    systolic >= 180 ? 'HH' : systolic >= 140 || diastolic >= 90 ? 'H' : undefined
  return {
    kind: 'BLOOD_PRESSURE',
    ...when,
    value: {},
    component: [part('SYSTOLIC', systolic), part('DIASTOLIC', diastolic)],
    ...marked(interpretation),
    more: {
      bodySite: snomed('368208006', 'Overarm, venstre'),
      ...(when.author === 'staff' && { method: snomed('37931006', 'Auskultasjon') }),
    },
  }
}

export function peakFlow(when: When, litresPerMinute: number, best: number): Reading {
  const part = litresPerMinute / best
  const interpretation = part < 0.5 ? 'LL' : part < 0.8 ? 'L' : undefined
  return {
    kind: 'PEAK_FLOW',
    ...when,
    value: quantity(Math.round(litresPerMinute / 10) * 10, 'L/min'),
    referenceRange: range(best * 0.8, undefined, 'L/min'),
    ...marked(interpretation),
  }
}

export function fev1(when: When, litres: number): Reading {
  return { kind: 'FEV1', ...when, value: quantity(litres, 'L', 2), ...marked('L') }
}

export function height(when: When, centimetres: number): Reading {
  return { kind: 'BODY_HEIGHT', ...when, value: quantity(centimetres, 'cm') }
}

export function bodyMassIndex(when: When, kilograms: number, centimetres: number): Reading {
  return {
    kind: 'BODY_MASS_INDEX',
    ...when,
    value: quantity(kilograms / (centimetres / 100) ** 2, 'kg/m2', 1),
  }
}

/** Clinical Frailty Scale, 1 (very fit) to 9 (terminally ill). */
export function frailty(when: When, score: number, note: string): Reading {
  return { kind: 'CLINICAL_FRAILTY', ...when, value: { valueInteger: score }, note }
}

export function questionnaireScore(when: When, score: number, name: string): Reading {
  return { kind: 'QUESTIONNAIRE_SCORE', ...when, value: quantity(score, '{score}'), note: name }
}

/** HbA1c: IFCC (mmol/mol) as laboratories tell it in Norway, or NGSP (%) as some devices do (NGSP = 0.09148 × IFCC + 2.152). */
export function hba1c(when: When, perMole: number, unit: 'mmol/mol' | '%' = 'mmol/mol'): Reading {
  const value =
    unit === 'mmol/mol' ? quantity(perMole, unit) : quantity(0.09148 * perMole + 2.152, unit, 1)
  return { kind: 'HBA1C', ...when, value, ...marked(perMole > 53 ? 'H' : undefined) }
}

export function creatinine(when: When, micromolar: number): Reading {
  const value = quantity(micromolar, 'umol/L')
  return { kind: 'CREATININE', ...when, value, ...marked(micromolar > 105 ? 'H' : undefined) }
}

/** Answers to a form with their sum, each 0 (none) to 10 (worst). */
export function symptoms(
  when: When,
  answers: Readonly<Record<string, number>>,
  name: string,
): Reading {
  const component = Object.entries(answers).map(([text, valueInteger]) => ({
    code: { text },
    valueInteger,
  }))
  const sum = Object.values(answers).reduce((total, answer) => total + answer, 0)
  return { ...questionnaireScore(when, sum, name), component }
}

function marked(interpretation: Interpretation | undefined): { interpretation?: Interpretation } {
  return interpretation ? { interpretation } : {}
}
