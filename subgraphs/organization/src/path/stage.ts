import type { PatientIdentifier } from '@kilde/contract'
import type { Citizen, Professional } from '@kilde/trust'
import type { Ground } from '../policy/grounds.js'
import type { Opening } from '../policy/openings.js'
import type { QuestionBody } from '../question/body.js'
import type { FoundField } from '../question/fields/field.js'
import type { ContractQuestion, PatientQuestion } from '../question/question.js'
import type { SignedRequest } from '../question/signed/signed-request.js'

// A step takes what the step before made: another order does not compile.

/** A request as it came in. Nothing of it has been checked. */
export interface Received {
  readonly requestId: string
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly body: Uint8Array
  /** Network address of the sender, for the security log. */
  readonly remote: string | undefined
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
}

/** Token, proof and attest hold. Not yet known: what is asked, and whether this caller may see it. */
export interface Verified extends Received {
  readonly caller: Professional | Citizen
}

/** What was signed by the requester holds, where it came along. Not yet known: whether the question is within it. */
export interface Attributed extends Verified {
  readonly said: QuestionBody
  readonly signed: SignedRequest | undefined
}

/** The question is well formed, within the limits, and within what the requester signed. */
export interface Asked extends Attributed {
  readonly question: PatientQuestion
}

/** Nothing of a patient is asked for. */
export interface AskedOfContract extends Attributed {
  readonly question: ContractQuestion
}

/** The numbers that the patient has had, the one that is asked about first. */
export interface Person {
  /** By base data: what the patient said under any of them holds. */
  readonly all: readonly [PatientIdentifier, ...PatientIdentifier[]]
  /** Those whose rows are the patient's by the signed context too. */
  readonly followed: readonly [PatientIdentifier, ...PatientIdentifier[]]
  /** Rows may be missing: there is, or may be, a number that is not followed. */
  readonly linkUnknown: boolean
}

/** It is known, as far as may be, under which numbers the patient is held. */
export interface Identified extends Asked {
  readonly person: Person
}

/** A rule opens the data, and none closes them. */
export interface Permitted extends Identified {
  readonly ground: Ground
  /** What of each class is open: all but what blocks, labels and profiles close. Also of classes that a log tells of. */
  readonly openings: ReadonlyMap<string, Opening>
  /** The trace of the decision, for the log. */
  readonly rules: readonly string[]
}

/** What was asked for was read, by the names of the fields. */
export interface Read extends Permitted {
  readonly found: ReadonlyMap<string, FoundField>
}

/** The answer as it is to leave: selected fields only. */
export interface Minimised extends Read {
  readonly text: string
  /** Ids of the rows in it. */
  readonly items: readonly string[]
  /** Whether something is missing. */
  readonly partial: boolean
  /** Where the answer begins a stream: what its record says of that. */
  readonly mark?: StreamMark
}

/** What a record tells of a stream, as its code. */
export type StreamMark = 'STREAM_STARTED'

/** The access is on the record. Only now may the answer leave. */
export interface Audited extends Minimised {
  readonly recordedAt: string
}

/** What leaves. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
