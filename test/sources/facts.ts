import type { PatientIdentifier } from '@kilde/contract'
import type { SourceName } from '@kilde/organization/sources'

/** What is true of one measurement, whatever system holds it: the model answers from this, systems from `resource`. */
export interface Fact {
  /** Id of the resource; unique over all patients. */
  readonly key: string
  readonly patient: PatientIdentifier
  /** `system|value` of the business identifier. */
  readonly identifier?: string
  /** What it is sorted by (epoch milliseconds). */
  readonly t: number
  readonly precision: 'INSTANT' | 'DATE' | 'ISSUED'
  readonly status: string
  readonly codes: readonly string[]
  readonly category: readonly string[]
  readonly abnormal: boolean
  readonly labels: readonly string[]
  readonly openFromMs?: number
  readonly owner: string
  readonly authorKind: string
  /** FHIR R4 Observation as JSON text, without `subject`. */
  readonly resource: string
}

/** A plan in several resources. It stands at the place of a fact; `category` and `abnormal` mean nothing of it. */
export interface PlanFact extends Fact {
  readonly kind: string
  /** What it refers to, as `@<key>` in its text. FHIR R4 as JSON text, without `subject`. */
  readonly parts: readonly {
    readonly key: string
    readonly type: string
    readonly resource: string
  }[]
}

export interface PatientFacts {
  readonly identifier: PatientIdentifier
  readonly names: readonly SourceName[]
  /** FHIR R4 Patient without `id`. */
  readonly resource: object
}

/** All that a source is filled with before it is asked. */
export interface Population {
  readonly organization: string
  readonly patients: readonly PatientFacts[]
  readonly facts: readonly Fact[]
  readonly plans: readonly PlanFact[]
}
