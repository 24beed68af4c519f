import type { CatalogueState } from '@kilde/catalogue'
import type { StatusLetter } from '@kilde/contract'

/** Everything that one case is about: who is located, what each holds of the patient, and how each answers. Plain data. */
export interface World {
  readonly nowMs: number
  readonly catalogue: CatalogueState
  readonly confirmedAtMs: number
  readonly stale: boolean
  /** The requester's organisation. */
  readonly requester: string
  /** Located organisations, in any order. */
  readonly sources: readonly Source[]
}

export interface Source {
  readonly number: string
  readonly state: 'ACTIVE' | 'DRAINING' | 'PAUSED'
  /** How it fails, one entry for each round of a walk through pages: the last counts on. */
  readonly faults: readonly (Fault | null)[]
  readonly rows: readonly HeldRow[]
  readonly plans: readonly HeldRow[]
  readonly names: readonly HeldName[]
  /** Rows that it could not make itself. */
  readonly dropped: number
  readonly withheld: 'NONE' | 'OBJECTION' | 'ROLE' | 'CONFIDENTIAL' | 'NOT_DISCLOSED'
  readonly truncated: boolean
  readonly asOf: string
  readonly contractVersion: string | null
  readonly style: JsonStyle
}

/** How a source writes its JSON. */
export type JsonStyle = 'PLAIN' | 'SPACED' | 'SHUFFLED' | 'ESCAPED'

/** An answer that is none, and what it must become. */
export interface Fault {
  readonly answer:
    | { readonly status: number; readonly body: string }
    | 'NO_CONNECTION'
    | 'NO_TOKEN'
    | 'OTHER_ORGANIZATION'
  readonly status: string
  readonly reason: string
}

/** Place, identity and content of a row as its source's cursor says them. */
export interface Place {
  readonly s: StatusLetter
  readonly t: number
  readonly i: string
  readonly o: string
  readonly d: string
  readonly n: number
  readonly c: string
  readonly w: string
}

export interface HeldRow {
  readonly key: Place
  /** What a code can mean in it: the whole, and then its components. */
  readonly parts: readonly Part[]
  readonly abnormal: boolean
  /** Sent in a form that breaks the contract: it must count as dropped, and as nothing else. */
  readonly bad: boolean
  /** The contract's `Observation` or `CarePlan`, but for what takes arguments: see `measured`. */
  readonly observation: Observation
}

/** A list of the contract, as far as lists of two classes differ. */
export interface ListClass {
  /** Field of `Patient`. */
  readonly field: 'observations' | 'carePlans'
  readonly held: (source: Source) => readonly HeldRow[]
  /** Rows of these statuses decide what their copies are: they are looked at whatever `filter.status` says. */
  readonly correcting: readonly string[]
  /** True for rows of which a patient has one in force at most. */
  readonly isRival: (row: HeldRow) => boolean
}

export const observationList: ListClass = {
  field: 'observations',
  held: ({ rows }) => rows,
  correcting: ['AMENDED', 'CORRECTED', 'CANCELLED', 'ENTERED_IN_ERROR'],
  isRival: () => false,
}

export const planList: ListClass = {
  field: 'carePlans',
  held: ({ plans }) => plans,
  correcting: ['DRAFT', 'ACTIVE', 'ON_HOLD', 'REVOKED', 'COMPLETED', 'ENTERED_IN_ERROR', 'UNKNOWN'],
  isRival: ({ observation }) => observation['kind'] === 'SELF_TREATMENT',
}

/** All rows of a source, of whatever class. */
export const allRows = ({ rows, plans }: Source): readonly HeldRow[] => [...rows, ...plans]

/** An observation or a component, as far as it is looked for and folded. */
export interface Part {
  /** FHIR tokens of its code. */
  readonly tokens: readonly string[]
  readonly measured: Measured | null
}

/** A number as it was sent; what `quantity(unit:)` converts. */
export interface Measured {
  readonly value: number
  readonly unit: string
  readonly comparator: string | null
  readonly molarMass: number | null
  readonly text: string
}

export interface Observation extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly status: string
  readonly identifier: readonly object[]
  readonly category: readonly { readonly coding: readonly { readonly code: string }[] }[]
  readonly measured: Measured | null
  readonly provenance: readonly Readonly<Record<string, unknown>>[]
}

export interface HeldName {
  readonly value: {
    readonly text: string
    readonly family: string | null
    readonly given: readonly string[]
    readonly use: string | null
  }
  readonly rank: number
  readonly recorded: string
}

/** The first entry for the round, or the last that there is. */
export const faultAt = ({ faults }: Source, round: number): Fault | null =>
  faults[Math.min(round, faults.length - 1)] ?? null
