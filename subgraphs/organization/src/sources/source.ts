import type { PatientIdentifier } from '@kilde/contract'
import type { PartHealth } from '@kilde/service'

/**
 * The seam that an organisation implements to let its own system answer. The node has verified the caller and decided
 * before it calls; a source applies every condition itself, so that what was not asked for never leaves the system.
 * Each method rejects where the system cannot answer; `signal` ends the wait.
 */
export interface Source {
  /** Name of the system for `Provenance.system`, e.g. `embedded store`. No addresses. */
  readonly system: string
  /** One page of one list. */
  read(question: PageQuestion, signal: AbortSignal): Promise<Page>
  /** The newest observations of each of several codes. */
  latest(question: LatestQuestion, signal: AbortSignal): Promise<Latest>
  /** The values of one code over a period, for the node to fold. */
  trend(question: TrendQuestion, signal: AbortSignal): Promise<Trend>
  /**
   * One page of the patient's rows of a class that is kept as FHIR resources (classes/). A source that has the patient's
   * resources of the class at hand makes its answer by `assemble` of the class and `pageOf` (classes/page.ts); one without
   * the class answers without rows.
   */
  rows(question: ClassQuestion, signal: AbortSignal): Promise<ClassPage>
  /** The patient's names. */
  names(question: NameQuestion, signal: AbortSignal): Promise<Names>
  /** Which rows that a log names are closed. */
  shown(question: ShownQuestion, signal: AbortSignal): Promise<Shown>
  /**
   * Everybody of whom anything of a class of data is held, whatever its status, for the filter that the organisation publishes
   * (docs/locate.md). Absent, or undefined: the system cannot list them, or not for this class; then it is asked each time.
   */
  patients?(
    dataClass: string,
    signal: AbortSignal,
  ): Promise<readonly PatientIdentifier[] | undefined>
  /** Whether it heeds `received`, so that it can be told what is new. Default false. */
  readonly tellsNew?: boolean
  health(): PartHealth
  close(): Promise<void>
}

/** What every answer of a source says. */
interface Found {
  /** False where this organisation does not know the patient at all. */
  readonly known: boolean
  /** The data are as of this instant (epoch milliseconds). */
  readonly asOfMs: number
  /** Why rows that match everything else are closed, each reason once; only where `tellClosed` asked for it. */
  readonly closedFor?: readonly ClosedRows['why'][]
  /** What came from the system and could not be believed or read: it is not among these rows. Default 0. */
  readonly dropped?: number
  /** True where rows that match may be missing: the system has, or may have, more than could be read. Default false. */
  readonly truncated?: boolean
}

/** Which rows are meant. All criteria that are given must hold; none given: every row. */
export interface RowsMeant {
  /** Organisation number of the row's data controller. */
  readonly owner?: string
  /** Tokens `system|code`, already expanded: a row matches by its own code or a component's. */
  readonly codes?: readonly string[]
  /** Identity of the row. */
  readonly item?: string
  /** First instant of the row's own time that is meant (epoch milliseconds, included). */
  readonly fromMs?: number
  /** First instant that is meant no more (epoch milliseconds). */
  readonly untilMs?: number
  /** Rows with a label of code system 9603 (`meta.security`) that is none of these. */
  readonly labelledOutside?: readonly string[]
  /** Rows labelled NORU whose date is later than this instant (epoch milliseconds), or that have none. */
  readonly delayedAtMs?: number
}

/** Rows that the requester may not be shown: those of `rows` that are in none of `except`. */
export interface ClosedRows {
  readonly why: 'OBJECTION' | 'CONFIDENTIAL' | 'ROLE'
  readonly rows: RowsMeant
  readonly except: readonly RowsMeant[]
}

/** What stays closed. A source applies it with the other conditions, before it counts, cuts or folds anything. */
interface Closing {
  readonly closed?: readonly ClosedRows[]
  /** Whether the answer is to say that rows are closed. Never where the organisation does not disclose it. */
  readonly tellClosed?: boolean
}

/** Rows by their status. */
interface StatusQuestion extends Closing {
  /** FHIR status codes, e.g. `final`. */
  readonly status: readonly string[]
  /**
   * FHIR status codes, none of `status`: rows that correct others. They come as well, in their places, so that a copy of what
   * they correct is known elsewhere; no number that bounds or counts rows by `status` counts them.
   */
  readonly superseding?: readonly string[]
}

/** When a row, or what it is made of, was taken in: for streams (docs/live-updates.md). Epoch milliseconds. */
export interface ReceivedWithin {
  /** Included. */
  readonly fromMs: number
  readonly untilMs: number
}

/** One page of a patient's observations. All conditions must hold. */
export interface PageQuestion extends StatusQuestion {
  readonly patient: PatientIdentifier
  /** Tokens `system|code`, already expanded by the code table: a row matches by its own code or a component's. */
  readonly codes?: readonly string[]
  /** Codes of FHIR observation categories: a row with any of them matches. */
  readonly category?: readonly string[]
  /** First instant that matches (epoch milliseconds, included). */
  readonly fromMs?: number
  /** First instant that matches no more (epoch milliseconds). */
  readonly untilMs?: number
  readonly abnormalOnly: boolean
  readonly received?: ReceivedWithin
  /** Only the newest so many rows by `status`, and superseding rows among them: the list ends with the oldest of these rows. */
  readonly last?: number
  readonly order: 'NEWEST_FIRST' | 'OLDEST_FIRST'
  /** Rows that follow this place in `order`. `i` and `d` need not belong to a row. */
  readonly after?: PageStart
  /** Most rows of the page: 1 to 1,001. */
  readonly limit: number
  /** Top-level elements of the FHIR Observation that the caller selected: no others are read. */
  readonly elements: readonly string[]
  /** Whether the number of all rows by `status` was asked for. */
  readonly count: boolean
}

/** A place in the order (t, i, d) of this organisation's rows; see `RowKey` of the contract. */
export interface PageStart {
  readonly t: number
  readonly i: string
  readonly d: string
}

export interface Page extends Found {
  readonly rows: readonly SourceRow[]
  /** True where rows follow after these. */
  readonly more: boolean
  /** True where the row that follows has another instant or identity than the last of these. Absent: not known. */
  readonly endsIdentity?: boolean
  /** Number of all rows by `status`; only where it was asked for. */
  readonly count?: number
}

/** The newest observations of each of several codes of one patient. */
export interface LatestQuestion extends StatusQuestion {
  readonly patient: PatientIdentifier
  /** For each item its tokens `system|code`, expanded and matching as `codes` of a page do. */
  readonly items: readonly (readonly string[])[]
  /** Most rows of an item. */
  readonly limit: number
  /** As for a page. */
  readonly elements: readonly string[]
}

export interface Latest extends Found {
  /**
   * For each item its newest rows, newest first. Where all of them are superseding rows, the last is the newest row by `status`
   * instead, if there is one: without it nothing could be said of the code.
   */
  readonly items: readonly (readonly SourceRow[])[]
}

/** The values of one code of one patient within a period. */
export interface TrendQuestion extends StatusQuestion {
  readonly patient: PatientIdentifier
  /** Tokens `system|code`, expanded and matching as `codes` of a page do. */
  readonly codes: readonly string[]
  /** First instant that matches (epoch milliseconds, included). */
  readonly fromMs: number
  /** First instant that matches no more (epoch milliseconds). */
  readonly untilMs: number
  /** Most rows; of more, the newest are given. */
  readonly limit: number
}

export interface Trend extends Found {
  /** Newest first. */
  readonly rows: readonly ValueRow[]
  /** True where there are more rows than `limit`. */
  readonly more: boolean
}

/**
 * One observation as far as a trend needs it. `resource` holds `valueQuantity` and `valueInteger` alone: those of the observation
 * where its own code matches, else of the first component whose code does; neither where that part has a `dataAbsentReason`.
 */
export interface ValueRow
  extends Pick<
    SourceRow,
    'id' | 'identity' | 't' | 'version' | 'status' | 'content' | 'owner' | 'resource'
  > {
  /** Whether it has a business identifier: its copies elsewhere can be known. */
  readonly identified: boolean
}

/** By what a class's own filters find a row: of each facet its values. */
export type Facets = Readonly<Record<string, readonly string[]>>

/** One page of a patient's rows of a class. All conditions must hold; they mean what they mean for a page of observations. */
export interface ClassQuestion
  extends StatusQuestion,
    Pick<
      PageQuestion,
      'patient' | 'fromMs' | 'untilMs' | 'order' | 'after' | 'limit' | 'elements' | 'count'
    > {
  /** Name of the class, e.g. `CarePlan`. */
  readonly class: string
  readonly received?: ReceivedWithin
  /** Of each of these facets a row must have one of the values. */
  readonly facets: Facets
  /** Whether what the rows refer to is asked for. */
  readonly related: boolean
  /** Whether `rivals` is asked for. */
  readonly rivals: boolean
}

export interface ClassPage extends Omit<Page, 'rows'> {
  readonly rows: readonly ClassRow[]
  /** Resources that are no row, though they claim to be one: left out. */
  readonly dropped: number
  /** There are more resources of the patient than the source looks at. */
  readonly truncated: boolean
  /**
   * Rows of every status of which a patient has one in force at most, as far as they are not closed, whatever the other
   * conditions: the newest 100.
   */
  readonly rivals: readonly PlacedRow[]
}

/** What a row's cursor is made of. */
export type PlacedRow = Pick<
  SourceRow,
  'id' | 'identity' | 't' | 'version' | 'status' | 'content' | 'owner'
>

/** One row of a class as the source holds it: `resource` is of the class's main FHIR R4 type, `content` what the row says. */
export interface ClassRow extends Omit<SourceRow, 'device'> {
  readonly facets: Facets
  /** FHIR R4 resources that the row refers to, or that are a part of it. */
  readonly related: readonly RelatedResource[]
}

export interface RelatedResource {
  /** What references call it: `Type/id`, the sender's full address, `Type?system|value`, a canonical address. */
  readonly names: readonly string[]
  /** The FHIR R4 resource as JSON text. */
  readonly resource: string
}

/** Rows that a log names, to whoever reads the log. */
export interface ShownQuestion extends Pick<Closing, 'closed'> {
  readonly patient: PatientIdentifier
  /** Rows of which class: of observations where it is absent. */
  readonly class?: string
  /** Ids of rows, `<organisation number>.<local id>`: at most 1,000. */
  readonly ids: readonly string[]
}

/** For each of the ids that is a row of this patient: whether it is open. Of others nothing is said. */
export type Shown = ReadonlyMap<string, boolean>

/** Names have no code, time or label: what closes them, the node applies itself. */
export interface NameQuestion {
  readonly patient: PatientIdentifier
}

export interface Names extends Found {
  /** At most one for each `use`, in any order. */
  readonly names: readonly SourceName[]
}

/** A name of the patient as the source holds it. FHIR HumanName. */
export interface SourceName {
  /** The whole name. */
  readonly text: string
  readonly family?: string
  readonly given: readonly string[]
  /** FHIR `HumanName.use`, e.g. `official`. */
  readonly use?: string
  /** When it was recorded (epoch milliseconds). */
  readonly recordedMs: number
}

/** One observation as the source holds it. Its content is checked later, row by row: a bad one is dropped alone. */
export interface SourceRow {
  /** `<organisation number>.<local id>` */
  readonly id: string
  /** Name of the system that the row comes from, where a source has several. Default: `Source.system`. */
  readonly system?: string
  /** Identity: 32 hex digits, see `identityDigest` of the contract. */
  readonly identity: string
  /** What it is sorted by (epoch milliseconds). */
  readonly t: number
  readonly precision: 'INSTANT' | 'DATE' | 'ISSUED' | 'RECEIVED'
  readonly version: number
  /** FHIR status code, e.g. `final`. */
  readonly status: string
  /** Digest over status, code, value, components and units: 32 hex digits. */
  readonly content: string
  /** Organisation number of the data controller. */
  readonly owner: string
  readonly pointOfCare?: string
  readonly authorKind: 'PATIENT' | 'RELATED_PERSON' | 'DEVICE' | 'STAFF' | 'UNKNOWN'
  /** When this organisation received it (epoch milliseconds). */
  readonly receivedMs: number
  /** The selected elements of the FHIR R4 Observation as JSON text, so that numbers keep the digits that were sent. */
  readonly resource: string
  /** FHIR R4 Device that the row refers to, as JSON text; only where `device` is among the elements. */
  readonly device?: string
}
