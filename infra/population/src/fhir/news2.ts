import type { MeasurementKind } from '@kilde/contract'
import { codeOf, snomed } from './coding.js'
import type { Reading } from './observation.js'

/** What NEWS2 is counted from. */
export interface VitalSigns {
  readonly respirationRate: number
  readonly oxygenSaturation: number
  readonly onOxygen: boolean
  readonly systolic: number
  readonly pulse: number
  readonly alertness: Alertness
  readonly temperature: number
}

/** ACVPU: alert, new confusion, responds to voice, responds to pain, unresponsive. */
export type Alertness = 'A' | 'C' | 'V' | 'P' | 'U'

const ALERTNESS: Readonly<Record<Alertness, readonly [code: string, norwegian: string]>> = {
  A: ['248234008', 'Våken'],
  C: ['130987000', 'Nyoppstått forvirring'],
  V: ['300202002', 'Reagerer på tiltale'],
  P: ['450847001', 'Reagerer på smerte'],
  U: ['422768004', 'Reagerer ikke'],
}

type When = Pick<Reading, 'at' | 'author'>

export function consciousness(when: When, alertness: Alertness): Reading {
  const [code, text] = ALERTNESS[alertness]
  return {
    kind: 'CONSCIOUSNESS',
    ...when,
    value: { valueCodeableConcept: { ...snomed(code, text), text } },
  }
}

/** NEWS2 (Royal College of Physicians, 2017) with SpO2 scale 2, for patients with hypercapnic respiratory failure. */
export function news2(when: When, signs: VitalSigns): Reading {
  const parts = partsOf(signs)
  const component = Object.entries(parts).map(([kind, score]) => ({
    code: codeOf(kind as MeasurementKind, ['snomed']),
    valueInteger: score,
  }))
  const total = Object.values(parts).reduce((sum, score) => sum + score, 0)
  const interpretation = total >= 7 ? 'HH' : total >= 5 ? 'H' : 'N'
  return { kind: 'NEWS2', ...when, value: { valueInteger: total }, component, interpretation }
}

function partsOf(signs: VitalSigns) {
  return {
    NEWS2_RESPIRATION: scored(signs.respirationRate, [9, 12, 21, 25], [3, 1, 0, 2, 3]),
    NEWS2_OXYGEN_SATURATION: saturationScore(signs.oxygenSaturation, signs.onOxygen),
    NEWS2_AIR_OR_OXYGEN: signs.onOxygen ? 2 : 0,
    NEWS2_SYSTOLIC: scored(signs.systolic, [91, 101, 111, 220], [3, 2, 1, 0, 3]),
    NEWS2_PULSE: scored(signs.pulse, [41, 51, 91, 111, 131], [3, 1, 0, 1, 2, 3]),
    NEWS2_CONSCIOUSNESS: signs.alertness === 'A' ? 0 : 3,
    NEWS2_TEMPERATURE: scored(signs.temperature, [35.1, 36.1, 38.1, 39.1], [3, 1, 0, 1, 2]),
  }
}

/** Scale 2: above 92 % counts only with oxygen, where it says that too much is given. */
function saturationScore(percent: number, onOxygen: boolean): number {
  if (percent > 92 && onOxygen) return scored(percent, [95, 97], [1, 2, 3])
  return scored(percent, [84, 86, 88], [3, 2, 1, 0])
}

/** The score of the band that `value` lies in; `bounds` are the first values of the bands after the first. */
function scored(value: number, bounds: readonly number[], scores: readonly number[]): number {
  return scores[bounds.filter((bound) => value >= bound).length] ?? 0
}
