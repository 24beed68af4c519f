import type { PatientIdentifier } from '@kilde/contract'
import type { SourceName, SourceRow } from './source.js'

/** The writing side of a store: what ingest hands over, checked and ready to be kept. */
export interface Intake {
  /**
   * Takes the changes in their order; a change sees those before it. All of them or, where the store fails, none.
   * With `allOrNothing` also none where one is in conflict. `names` go the same way; one that is older than what is held
   * for the same use changes nothing. So do `resources`. Answers what became of the changes, then of the resources.
   */
  take(
    changes: readonly Change[],
    allOrNothing: boolean,
    names?: readonly NameChange[],
    resources?: readonly ResourceChange[],
  ): Promise<readonly Taken[]>
}

/** One resource of a class to keep: a row, or what rows refer to or are made of. */
export interface ResourceChange
  extends Pick<
    Change,
    | 'patient'
    | 'key'
    | 'identifier'
    | 'localId'
    | 'onlyIfNone'
    | 'version'
    | 'sent'
    | 'owner'
    | 'pointOfCare'
    | 'authorKind'
    | 'receivedMs'
    | 'labels'
    | 'openFromMs'
    | 'resource'
  > {
  /** Name of the class. One resource may be kept for several classes, each by itself. */
  readonly class: string
  /** What references call it, see `RelatedResource`. */
  readonly names: readonly string[]
  /** Tokens of measurements that it refers to, see `Claim`. */
  readonly codes?: readonly string[]
  /** What it is sorted by, where it is a row by itself of a class with many (epoch milliseconds). */
  readonly t?: number
}

/** A patient's name to keep, in the place of the one for the same use. */
export interface NameChange extends SourceName {
  readonly patient: PatientIdentifier
}

/** One observation to keep. */
export interface Change
  extends Omit<SourceRow, 'id' | 'identity' | 'version' | 'resource' | 'device'> {
  readonly patient: PatientIdentifier
  /** What makes it the same row as one that is held: business identifier, else the sender's id, else its content. */
  readonly key: string
  /** `system|value` of the first business identifier. */
  readonly identifier?: string
  /** Local id of a row that the sender means (PUT to an id that this store gave). */
  readonly localId?: string
  /** Leave a row that is held as it is, whatever it says (FHIR conditional create). */
  readonly onlyIfNone: boolean
  /** `meta.versionId`, where it is a whole number. */
  readonly version?: number
  /** SHA-256 over all that was sent except version and narrative (hex): tells a repetition from a change. */
  readonly sent: string
  /** Tokens `system|code` of the observation and of its components. */
  readonly codes: readonly string[]
  readonly category: readonly string[]
  readonly status: string
  readonly abnormal: boolean
  /** Codes of code system 9603 [tilgangsbegrensning]: who may not see the row. */
  readonly labels?: readonly string[]
  /** From when a row labelled NORU may be shown to citizens (epoch milliseconds). Without it: never. */
  readonly openFromMs?: number
  readonly resource: string
  readonly device?: string
}

/** What became of a change. `conflict`: this version, or a later one, is held with other content. */
export interface Taken {
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'conflict'
  readonly id: string
  readonly version: number
}
