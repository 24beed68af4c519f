import { identifierToken, patientDigest } from '@kilde/contract'
import { ContextError, checkContext } from '@kilde/trust/context'
import type { DocumentCheck } from '../question/document.js'
import { readQuestion } from '../question/question.js'
import { keepWithin } from '../question/signed/keep-within.js'
import type { Asked, AskedOfContract, Attributed } from './stage.js'

export interface UnderstandParts {
  readonly check: DocumentCheck
  readonly organization: string
  /** Whether this organisation answers only what the requester has signed (grade REQUESTER). Asked for each request. */
  readonly requiresSignature: () => boolean
}

/**
 * What is asked, checked against the contract and its limits, against the signed context, and against what the requester
 * signed. Nobody's word is needed for the contract itself.
 * @throws OrganizationError that says what is wrong, ContextError; TrustError where signed rows cannot be counted
 */
export function createUnderstand(
  parts: UnderstandParts,
): (request: Attributed) => Promise<Asked | AskedOfContract> {
  const { check, organization, requiresSignature } = parts
  return async (request) => {
    const { said, signed, caller } = request
    const question = readQuestion(said, check, organization)
    if (question.about === 'contract') return { ...request, question }
    const token = identifierToken(question.patient)
    const patient = patientDigest(said.salt ?? '', token)
    checkContext(said.context, { caller, patient, query: said.query })
    if (signed) await keepWithin(question, signed, organization)
    else if (requiresSignature()) throw new ContextError('REQUEST_SIGNATURE_REQUIRED')
    return { ...request, question }
  }
}
