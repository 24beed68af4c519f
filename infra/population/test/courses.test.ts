import { describe, expect, it } from '@jest/globals'
import { kindOf } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import { news2 } from '../src/fhir/news2.js'
import { generatePopulation, type PatientRecord } from '../src/index.js'

const DAYS = 130
const quiet = { gaps: 0, offline: 0, wrongClocks: 0, implausible: 0, deviceChanges: 0 } as const
const request = { patients: 150, organizations: 8, days: DAYS, seed: 'courses', shares: quiet }
const { world, patients } = generatePopulation(request)
const records = [...patients]
const start = Date.parse(world.calendar.at(1, 0))

const of = (condition: string, ...courses: readonly string[]): readonly PatientRecord[] =>
  records.filter(
    ({ patient }) =>
      patient.condition === condition &&
      (courses.length === 0 || courses.includes(patient.timeline.course)),
  )

const dayOf = ({ measuredMs }: { readonly measuredMs: number }): number =>
  Math.floor((measuredMs - start) / 86_400_000) + 1

/** Values of a kind at home by how ill the patient was, each as the difference to the patient's own mean. */
function atHome(
  record: PatientRecord,
  kind: string,
  component?: string,
): readonly [number, number][] {
  const rows = record.entries.filter(
    (entry) => entry.kind === kind && entry.what === 'ORIGINAL' && entry.author === 'patient',
  )
  return rows.map((entry) => [
    record.patient.timeline.on(dayOf(entry)).severity,
    numberIn(entry.observation, component),
  ])
}

function numberIn({ valueQuantity, component = [] }: Observation, kind?: string): number {
  const part = kind && component.find(({ code }) => kindOf(code.coding ?? []) === kind)
  return (part ? part.valueQuantity?.value : valueQuantity?.value) ?? Number.NaN
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** How much higher a kind is on bad days than on good ones, over all of some patients. */
function change(some: readonly PatientRecord[], kind: string, component?: string): number {
  const changes = some.flatMap((record) => {
    const values = atHome(record, kind, component)
    const [good, bad] = [
      values.filter(([severity]) => severity < 0.1),
      values.filter(([severity]) => severity > 0.35),
    ].map((part) => part.map(([, value]) => value)) as [number[], number[]]
    return good.length > 0 && bad.length > 0 ? [mean(bad) - mean(good)] : []
  })
  expect(changes.length).toBeGreaterThan(2)
  return mean(changes)
}

describe('what belongs together changes together', () => {
  const ill = ['EXACERBATION', 'ADMISSION', 'HOSPITAL_AT_HOME'] as const

  it('in an exacerbation of COPD: saturation falls; pulse, respiration and temperature rise', () => {
    const copd = of('COPD', ...ill)
    expect(change(copd, 'OXYGEN_SATURATION')).toBeLessThan(-2)
    expect(change(copd, 'PULSE')).toBeGreaterThan(6)
    expect(change(copd, 'RESPIRATION_RATE')).toBeGreaterThan(2)
    expect(change(copd, 'BODY_TEMPERATURE')).toBeGreaterThan(0.3)
  })

  it('in heart failure: weight rises by water, symptoms with it, and pressure falls', () => {
    const failing = of('HEART_FAILURE', ...ill)
    expect(change(failing, 'BODY_WEIGHT')).toBeGreaterThan(1)
    expect(change(failing, 'QUESTIONNAIRE_SCORE')).toBeGreaterThan(4)
    expect(change(failing, 'BLOOD_PRESSURE', 'SYSTOLIC')).toBeLessThan(-2)
  })

  it('in hypertension: pressure is lower after the treatment than before', () => {
    const falls = of('HYPERTENSION', 'STABLE').map((record) => {
      const rows = record.entries.filter(
        ({ kind, author }) => kind === 'BLOOD_PRESSURE' && author === 'patient',
      )
      const value = (from: number, to: number) =>
        mean(
          rows
            .filter((entry) => dayOf(entry) >= from && dayOf(entry) <= to)
            .map(({ observation }) => numberIn(observation, 'SYSTOLIC')),
        )
      return value(110, DAYS) - value(1, 8)
    })
    expect(mean(falls)).toBeLessThan(-6)
  })

  it('in diabetes: glucose is higher after meals, and HbA1c goes with the mean of glucose', () => {
    const diabetics = of('DIABETES')
    const pairs = diabetics.flatMap((record) => {
      const hba1c = record.entries.filter(
        ({ kind, what, observation }) =>
          kind === 'HBA1C' && what === 'ORIGINAL' && observation.valueQuantity?.code === 'mmol/mol',
      )
      const last = hba1c.at(-1)
      const glucose = atHome(record, 'GLUCOSE').map(([, value]) => value)
      return last && glucose.length > 50
        ? [[mean(glucose), numberIn(last.observation)] as const]
        : []
    })
    expect(pairs.length).toBeGreaterThan(8)
    expect(correlation(pairs)).toBeGreaterThan(0.6)
    const byHour = (hour: number) =>
      mean(
        diabetics
          .flatMap(({ entries }) => entries)
          .filter(
            ({ kind, author, observation }) =>
              kind === 'GLUCOSE' &&
              author === 'patient' &&
              Number(observation.effectiveDateTime?.slice(11, 13)) === hour,
          )
          .map(({ observation }) => numberIn(observation)),
      )
    expect(byHour(10) - byHour(7)).toBeGreaterThan(1.5)
  })
})

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [x, y] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))]
  const sum = (of: (a: number, b: number) => number) =>
    pairs.reduce((total, [a, b]) => total + of(a - x, b - y), 0)
  return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b))
}

describe('a stay in hospital', () => {
  it('has NEWS2 whose parts are those of the signs measured at the same round', () => {
    const rounds = of('COPD', 'ADMISSION').flatMap(({ entries }) =>
      entries.filter(({ kind, what }) => kind === 'NEWS2' && what === 'ORIGINAL'),
    )
    expect(rounds.length).toBeGreaterThan(20)
    for (const { observation } of rounds) expect(observation.component).toHaveLength(7)
    const all = records.flatMap((record) => roundsOf(record))
    for (const { score, signs } of all) {
      const made = news2({ at: '', author: 'staff' }, signs)
      const parts = (given: Observation['component']) => given?.map((one) => one.valueInteger)
      expect(parts(score.component)).toEqual(parts(made.component))
    }
  })

  it('has no measurement at home, and after death there is none anywhere', () => {
    const wrong = records.flatMap(({ patient, entries }) =>
      entries.filter((entry) => {
        const { care } = patient.timeline.on(dayOf(entry))
        const fits = care !== 'WARD' || entry.author === 'staff'
        return entry.what === 'ORIGINAL' && (care === 'NONE' || !fits)
      }),
    )
    expect(wrong).toEqual([])
  })
})

/** Scores with the signs of the same round, of which nothing was corrected. */
function roundsOf({ entries }: PatientRecord) {
  const own = entries.filter(({ what, author }) => what === 'ORIGINAL' && author === 'staff')
  return own
    .filter(({ kind }) => kind === 'NEWS2')
    .map((score) => {
      const near = (kind: string, component?: string) => {
        const found = own.find(
          (entry) =>
            entry.kind === kind &&
            score.measuredMs - entry.measuredMs >= 0 &&
            score.measuredMs - entry.measuredMs <= 300_000,
        )
        return found ? numberIn(found.observation, component) : Number.NaN
      }
      const alert = own.find(
        (entry) => entry.kind === 'CONSCIOUSNESS' && score.measuredMs - entry.measuredMs === 60_000,
      )
      const onOxygen = score.observation.component?.[2]?.valueInteger === 2
      return {
        score: score.observation,
        signs: {
          onOxygen,
          respirationRate: near('RESPIRATION_RATE'),
          oxygenSaturation: near('OXYGEN_SATURATION'),
          systolic: near('BLOOD_PRESSURE', 'SYSTOLIC'),
          pulse: near('PULSE'),
          temperature: near('BODY_TEMPERATURE'),
          alertness:
            alert?.observation.valueCodeableConcept?.text === 'Våken'
              ? ('A' as const)
              : ('C' as const),
        },
      }
    })
}

describe('moves, copies and devices', () => {
  it('follow a patient to the next municipality, which gets copies with the same identifiers', () => {
    const moved = records.filter(({ patient }) => patient.movedOn !== undefined)
    expect(moved.length).toBeGreaterThan(5)
    for (const { patient, entries } of moved) {
      const day = patient.movedOn ?? 0
      const [before, after] = [patient.placeOn(day - 1, 'HOME'), patient.placeOn(day, 'HOME')]
      expect(before).not.toBe(after)
      const elsewhere = entries.filter(
        (entry) =>
          entry.what === 'ORIGINAL' &&
          entry.author === 'patient' &&
          entry.place !== (dayOf(entry) < day ? before : after),
      )
      expect(elsewhere).toEqual([])
      for (const copy of entries.filter(({ what, place }) => what === 'COPY' && place === after)) {
        const original = entries.find(
          ({ what, observation }) =>
            what === 'ORIGINAL' &&
            observation.identifier?.[0]?.value === copy.observation.identifier?.[0]?.value,
        )
        const { id: _copy, ...content } = copy.observation
        const { id: _own, ...theirs } = original?.observation ?? {}
        expect(content).toEqual(theirs)
      }
    }
  })
})
