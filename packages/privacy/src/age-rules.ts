import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { RepresentationKind } from './types.js'

/** What may be done with settings. Reading them is open to everybody who may do anything. */
const Action = z.enum(['BLOCK', 'CONSENT', 'RESERVATION', 'LIFT', 'REPRESENTATION'])
export type Action = z.infer<typeof Action>

const Years = z.int().min(0).max(130)
const May = z.array(Action).readonly()

/**
 * Who may change whose settings at what age, as data (age-rules.json): the sources differ at 12 and 13, and the law changes. What
 * each may read of health data is the nodes' policy.
 */
const AgeRules = z.strictObject({
  source: z.string(),
  /** The patient alone, from this age. */
  patient: z.strictObject({ from: Years, may: May }),
  representation: z.record(
    RepresentationKind,
    z.strictObject({
      /** Code of `2.16.578.1.12.4.1.7.2.1`. */
      acp: z.string(),
      patientFrom: Years.default(0),
      /** The patient is younger than this. */
      patientUntil: Years.optional(),
      representativeFrom: Years,
      may: May,
    }),
  ),
})
export type AgeRules = z.infer<typeof AgeRules>

/** The rules in force. */
export const ageRules: AgeRules = AgeRules.parse(
  JSON.parse(readFileSync(new URL('./age-rules.json', import.meta.url), 'utf8')),
)

const OSLO_DATE = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Oslo' })

/** Whole years on the date in Norway. A person born on 29 February turns a year older on 1 March of other years. */
export function ageAt(birthDate: string, atMs: number): number {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number)
  const [thisYear = 0, thisMonth = 0, today = 0] = OSLO_DATE.format(atMs).split('-').map(Number)
  const hadBirthday = thisMonth > month || (thisMonth === month && today >= day)
  return thisYear - year - (hadBirthday ? 0 : 1)
}

/** Whether a representation of this kind counts at the patient's age. The representative's own age is the service's affair. */
export function countsAt(
  kind: RepresentationKind,
  patientBirthDate: string,
  atMs: number,
  rules = ageRules,
): boolean {
  const { patientFrom, patientUntil } = rules.representation[kind]
  const age = ageAt(patientBirthDate, atMs)
  return age >= patientFrom && (patientUntil === undefined || age < patientUntil)
}
