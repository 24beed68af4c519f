import type { DeviceKind } from '../course/devices.js'
import type { Course, DayState } from '../course/timeline.js'
import type { Random } from '../random.js'
import type { Recorder } from '../record/recorder.js'
import type { Shares } from '../shares.js'

export type ConditionKey =
  | 'COPD'
  | 'HEART_FAILURE'
  | 'DIABETES'
  | 'HYPERTENSION'
  | 'CANCER'
  | 'HOSPITAL_AT_HOME'

/** A day of a patient. */
export interface Today extends DayState {
  /** From 1. */
  readonly day: number
  /** How good a day it is, by chance: 0 as usual, 1 a worse one, −1 a better one. Days that follow each other are alike. */
  readonly wobble: number
}

export interface Scene {
  readonly random: Random
  readonly recorder: Recorder
  readonly shares: Shares
  readonly days: number
}

/** What is measured of people with a condition, and how they fare. */
export interface Condition {
  /** How many of the patients have it (weight). */
  readonly weight: number
  /** First and last year of birth. */
  readonly years: readonly [number, number]
  readonly courses: Readonly<Partial<Record<Course, number>>>
  readonly devices: readonly [DeviceKind, ...DeviceKind[]]
  /** Answers what is done each day at home, with what the patient is like kept between the days. */
  begin(scene: Scene): (today: Today) => void
}
