import { isSameText } from '@kilde/service'
import { z } from 'zod'
import type { Citizen, Professional } from '../caller.js'
import { sha256 } from '../jws.js'
import { ContextError } from './errors.js'

/**
 * What a request to a node says about itself, in `extensions.kilde` of its body: on whose behalf, about whom, what for and
 * what. Grade GATEWAY: the proof of the gateway's key signs it, by the digest of the body that it stands in.
 */
export interface PatientContext {
  /** Subject (`sub`) of the requester, as in the token. */
  readonly requester: string
  /** Salted digest of the patient's `system|value`: `patientDigest` of the contract with the request's `salt`. */
  readonly patient: string
  readonly purpose: string
  /** Id of the decision behind the request: that of the attest. Absent for citizens. */
  readonly decisionRef?: string
  /** base64url SHA-256 of `query`. */
  readonly operation: string
  /** Time that is left (milliseconds), from the `iat` of the proof. */
  readonly deadlineMs: number
  /** W3C Trace Context, where the client sent one. */
  readonly traceparent?: string
}

const text = z.string().min(1).max(500)

/** Shape of the context's members that a node compares, each of which may be absent. */
export const contextShape = z
  .object({
    requester: text,
    patient: text,
    purpose: text,
    decisionRef: text,
    operation: text,
  })
  .partial()

export type StatedContext = z.infer<typeof contextShape>

type Person = Professional | Citizen

/** Members of the context that the token of a requester decides. */
export function contextOf(
  requester: Person,
): Pick<PatientContext, 'requester' | 'purpose' | 'decisionRef'> {
  const { subject, purpose } = requester
  return {
    requester: subject,
    purpose,
    ...(requester.kind === 'professional' && { decisionRef: requester.attest.decisionRef.id }),
  }
}

/** Digest of an operation's text, as the context names it. */
export const operationDigest = (query: string): string => sha256(query)

/** What the context must be: what the node has verified or worked out by itself. */
export interface ContextFacts {
  readonly caller: Person
  /** Salted digest of the patient that the question names. */
  readonly patient: string
  /** The question's `query`. */
  readonly query: string
}

/**
 * Compares a stated context with token and question. What comes by an exchanged token must state all of it; a requester who
 * asks with an own token may leave it out, since token and proof already say who it is.
 * @throws ContextError `CONTEXT_MISSING`, `CONTEXT_MISMATCH`
 */
export function checkContext(stated: StatedContext, facts: ContextFacts): void {
  const expected: StatedContext = {
    ...contextOf(facts.caller),
    patient: facts.patient,
    operation: operationDigest(facts.query),
  }
  for (const name of ['requester', 'patient', 'purpose', 'operation', 'decisionRef'] as const) {
    const [given, wanted] = [stated[name], expected[name]]
    if (given === undefined && wanted !== undefined && facts.caller.actor !== undefined) {
      throw new ContextError('CONTEXT_MISSING', { detail: name })
    }
    if (given !== undefined && (wanted === undefined || !isSameText(given, wanted))) {
      throw new ContextError('CONTEXT_MISMATCH', { detail: name })
    }
  }
}
