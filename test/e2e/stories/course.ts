import { type Chart, demoCharts } from '@kilde/demo'
import type { OrganizationKey, PatientKey } from '@kilde/people'

/** Now, for the data of the stories: the morning after the last day of every course. */
export const NOW = new Date('2026-03-15T10:00:00+01:00')

/** Midnight in Norway at the beginning of a day of a course that has `days` days, in winter time. */
export function startOf(day: number, days: number): string {
  const midnight = new Date(Date.UTC(2026, 2, 14 - (days - day)))
  return `${midnight.toISOString().slice(0, 10)}T00:00:00+01:00`
}

/** The same in the course of the patient with COPD: 180 days. */
export const copdDay = (day: number): string => startOf(day, 180)

/** A FHIR Observation as an organisation was given it. */
type Observation = NonNullable<ReturnType<Chart['get']>>[number]

const charts = demoCharts(NOW)

/** What organisations were given to hold: the truth that answers are compared with. */
export function held(patient: PatientKey, organization: OrganizationKey): readonly Observation[] {
  return charts[patient].get(organization) ?? []
}

/** Those of one measurement, by its LOINC or SNOMED CT code, in a period. */
export function heldOf(
  rows: readonly Observation[],
  code: string,
  period: { readonly start: string; readonly end: string },
): readonly Observation[] {
  const [from, to] = [Date.parse(period.start), Date.parse(period.end)]
  return rows.filter((row) => {
    const at = Date.parse(row.effectiveDateTime ?? row.effectivePeriod?.start ?? '')
    return row.code.coding?.some((coding) => coding.code === code) && at >= from && at < to
  })
}
