export { type Allowance, type Allowances, createAllowances } from './allowance.js'
export { ContextError, contextErrors } from './errors.js'
export { createPageSigner, isGenuinePage, type PageSigner } from './page-signature.js'
export {
  checkContext,
  contextOf,
  contextShape,
  operationDigest,
  type PatientContext,
  type StatedContext,
} from './patient-context.js'
export { maxSignatureLength, signatureLifeMs } from './request-signature.js'
export {
  createRequesterEvidence,
  type HeldSignature,
  type RequesterEvidence,
  type SignedByRequester,
} from './requester-evidence.js'
