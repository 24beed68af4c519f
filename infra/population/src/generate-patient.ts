import type { Today } from './conditions/condition.js'
import { conditions } from './conditions/index.js'
import { makePatient } from './people/make-patient.js'
import type { Patient } from './people/patient.js'
import { createRandom, type Random } from './random.js'
import { copiesOf, duplicatesOf } from './record/copies.js'
import type { Entry, Incidents } from './record/entry.js'
import { laterVersions } from './record/later-versions.js'
import { createRecorder, type Recorder } from './record/recorder.js'
import type { World } from './world.js'

/** All that organisations hold of a patient, each line in the order in which its organisation got it. */
export interface PatientRecord {
  readonly patient: Patient
  readonly entries: readonly Entry[]
  readonly incidents: Incidents
}

/** Settles a patient, lives through the days, then adds what others do with the data. */
export function generatePatient(world: World, index: number): PatientRecord {
  const patient = makePatient(world, index)
  const random = createRandom(`${world.seed} days ${index}`)
  const { calendar, shares } = world
  const recorder = createRecorder({ patient, calendar, random, shares })
  live(world, patient, recorder, random)
  const { entries, incidents } = recorder
  const copies = copiesOf(entries, patient, calendar, random, shares, incidents)
  const duplicates = duplicatesOf(entries, random, shares)
  const versions = laterVersions(entries, random, shares)
  const all = [...entries, ...copies, ...duplicates, ...versions]
  // Stable: what came at once stays in the order in which it was made.
  return { patient, incidents, entries: all.sort((a, b) => a.arrivedMs - b.arrivedMs) }
}

function live({ days, shares }: World, patient: Patient, recorder: Recorder, random: Random): void {
  const liveDay = conditions[patient.condition].begin({ random, recorder, shares, days })
  let wobble = 0
  for (let day = 1; day <= days; day++) {
    const state = patient.timeline.on(day)
    if (state.care === 'NONE') return
    wobble = 0.75 * wobble + 0.66 * random.near(0, 1)
    const today: Today = { ...state, day, wobble }
    liveDay(today)
  }
}
