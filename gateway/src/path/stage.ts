import type { LocatedProvider } from '@kilde/catalogue'
import type { PatientIdentifier, Variables } from '@kilde/contract'
import type { Citizen, Professional } from '@kilde/trust'
import type { DocumentNode } from 'graphql'
import type { Progress } from '../live/progress.js'
import type { Spared } from '../locate/choose.js'
import type { MergePlan } from '../merge/merge-plan.js'
import type { CompletionPolicy } from '../merge/policy.js'
import type { AskedField } from '../merge/source-request.js'
import type { Evidence } from '../transport/evidence.js'
import type { SourceAnswer } from '../transport/source-answer.js'
import type { Trail } from './trail.js'

// A step takes what the step before made: another order does not compile.

/** Somebody who may ask: machine clients without a user get no patient data. */
export type Requester = Professional | Citizen

/** A request as it came in. Nothing of it has been checked. */
export interface Received {
  readonly requestId: string
  readonly receivedAtMs: number
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly traceparent: string | undefined
  /** Headers for subgraphs beside `sharing` that are to get them, by lower-case name. */
  readonly forwarded?: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The requester's signature over the body (`Kilde-Signature`), passed on unchanged. */
  readonly signature?: string | undefined
  /** Network address of the sender, for the security log. */
  readonly remote: string | undefined
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
  /** Whether the client takes a stream of events. */
  readonly takesEvents?: boolean
  /** The id of the last event that the client had of a stream, where it takes one up again. */
  readonly lastEventId?: string | undefined
}

export interface Authenticated extends Received {
  readonly requester: Requester
}

/** One operation of a checked document: within the limits, without person numbers, about one patient at most. */
export interface Operation {
  readonly source: string
  readonly document: DocumentNode
  readonly name: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly isSubscription?: boolean
}

export interface Asked extends Authenticated {
  readonly operation: Operation
  /** The patient asked about; absent for introspection and organisations. */
  readonly patient: PatientIdentifier | undefined
  readonly trail: Trail
  /** Keeps what sources signed. Absent: the client does not want it. */
  readonly evidence?: Evidence
  /** The stream that is to go on by this request's token. */
  readonly renews?: string
  /** Offers what has come so far. Absent: the client wants the whole answer alone. */
  readonly progress?: Progress
}

export interface Answered extends Asked {
  /** The GraphQL answer as it will leave, with errors already masked. */
  readonly result: string | Buffer
  readonly status: number
  /** Codes of the errors within, in their order. */
  readonly errorCodes: readonly string[]
}

/** What a record tells of a stream, as its code. */
export type StreamMark = 'STREAM_STARTED' | 'STREAM_ENDED'

/** One planned fetch of the `sharing` subgraph: its merge plan, and its arguments, already checked. */
export interface Fetch {
  readonly asked: Asked & { readonly patient: PatientIdentifier }
  readonly plan: MergePlan
  readonly fields: readonly AskedField[]
  readonly policy: CompletionPolicy
  readonly variables: Variables
  /** Where it is the whole operation: parts of it are parts of the answer. */
  readonly progress?: Progress
}

export interface Located {
  readonly providers: readonly LocatedProvider[]
  /**
   * For which of the fetch's fields a provider was located, by its number: agreements are for classes of data. Absent where all
   * fields are of one class.
   */
  readonly fieldsOf?: ReadonlyMap<string, readonly boolean[]>
  /** Who is not asked for which of the fetch's fields, because the organisation has said that it held nothing. By number. */
  readonly spared?: ReadonlyMap<string, readonly (Spared | undefined)[]>
  /** What the answers of others are to say of why they were asked after all. By number. */
  readonly notes?: ReadonlyMap<string, string>
  /** When the registry last confirmed the list (epoch milliseconds). */
  readonly confirmedAtMs: number
  /** True when the registry has been silent: a new organisation would be missing. */
  readonly stale: boolean
}

export interface Gathered extends Located {
  /** One for each provider, in the providers' order, always. */
  readonly answers: readonly SourceAnswer[]
}
