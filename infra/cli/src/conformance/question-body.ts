import { randomBytes, randomUUID } from 'node:crypto'
import { identifierToken, parsePatientIdentifier, patientDigest } from '@kilde/contract'
import { claims } from '@kilde/trust'
import { sha256, signParts } from './jws.js'
import { ORDINARY, type Question, type SignedParts } from './question.js'
import type { Claims, Setting } from './setting.js'
import { type Key, signatureOf, tokenClaims, tokenHeader } from './tokens.js'

/** What a question's body is made with. */
export interface BodyParts {
  readonly setting: Setting
  readonly issuer: Key
  /** The requester's own key, by which requests are signed. */
  readonly requester: Key
}

/** Who asks about whom: by the right claims, and by those that the token has. */
export interface About {
  readonly patient: string
  readonly right: Claims
  readonly said: Claims
}

/** The body as a gateway sends it (docs/node-protocol.md): question, context, and what the requester signed. */
export function questionBody(question: Question, about: About, parts: BodyParts) {
  const { setting } = parts
  const { query = ORDINARY, variables = {}, operationName } = question
  const identifier = tokenOf(about.patient)
  const salt = randomBytes(16).toString('base64url')
  const asked = { query, variables: { identifier, ...variables }, operationName }
  const ordinary = { query: ORDINARY, variables: { identifier: tokenOf(setting.patients.known) } }
  const isSigned = question.signed ?? setting.requestSignature === 'REQUESTER'
  const signable = question.besideOrdinary ? ordinary : asked
  const request = isSigned ? signedRequest(question, signable, about, parts) : undefined
  const right = {
    salt,
    deadlineMs: 10_000,
    patient: patientDigest(salt, identifier),
    operation: sha256(query),
    ...statedBy(about.said, about.right),
    ...(request && { request: request.passed }),
  }
  const kilde = question.context?.(right) ?? right
  const body = JSON.stringify({ ...asked, extensions: { kilde } })
  return { body, salt, signatureId: request?.id }
}

function signedRequest(
  question: Question,
  asked: object,
  { said }: About,
  { setting, issuer, requester }: BodyParts,
) {
  const claimed = ownClaims(said, setting, requester)
  const sign = (payload: Claims) => signParts({ header: tokenHeader(setting), payload }, issuer.key)
  const token = sign(claimed)
  const body = JSON.stringify(asked)
  const id = randomUUID()
  const right: SignedParts = {
    token,
    body,
    signature: signatureOf(requester, token, body, { payload: { jti: id } }),
    sign: ({ key = requester, body: other = body, ...change }) =>
      signatureOf(key, token, other, change),
    tokenWith: (change) => sign(change(claimed)),
  }
  const { signature } = right
  const passed =
    typeof question.signed === 'function' ? question.signed(right) : { signature, token, body }
  return { passed, id }
}

/** The requester's own token, which was exchanged: it says of the person what the other says, whatever a check has changed. */
function ownClaims(said: Claims, setting: Setting, { jkt }: Key): Claims {
  const own = tokenClaims(setting, {
    who: said,
    audience: setting.gatewayAudience,
    scope: 'kilde:gateway/read',
    clientId: 'kilde-conformance',
    jkt,
    session: '',
    attestedAt: 0,
  })
  return { ...own, sid: said['sid'], [claims.attest]: said[claims.attest] }
}

/** `system|value` of a number; a number that is none goes as it is, for a node to refuse. */
function tokenOf(patient: string): string {
  try {
    return identifierToken(parsePatientIdentifier(patient))
  } catch {
    return patient
  }
}

interface Care {
  readonly purpose_of_use?: { readonly code?: string }
  readonly decision_ref?: { readonly id?: string }
}

/** Members of the context that the token decides. */
function statedBy(said: Claims, right: Claims): Claims {
  const care = careIn(said) ?? careIn(right)
  return {
    requester: said['sub'],
    purpose: care?.purpose_of_use?.code,
    decisionRef: care?.decision_ref?.id,
  }
}

function careIn(said: Claims): Care | undefined {
  const attest = said[claims.attest] as { readonly care_relationship?: Care } | undefined
  return attest?.care_relationship ?? (said[claims.citizen] as Care | undefined)
}
