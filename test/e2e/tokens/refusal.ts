import type { SignedPost } from '../../kit/signed-post.js'
import type { Attack, Claims, Target } from './setting.js'

/** One way to come without the right to, and what is said to it. */
export interface Case extends Refusal {
  readonly name: string
  /** What of the request is not as it should be. */
  readonly request: (attack: Attack, target: Target) => Promise<Partial<SignedPost>>
}

export interface Refusal {
  readonly status: 401 | 403
  readonly code: string
  readonly text: string
  /** Parameters of `WWW-Authenticate` before `algs`; undefined where no other token would help. */
  readonly challenge: string | undefined
  /** What is known of the sender: nothing; that the token is genuine, but not that it is the sender's; both; both of a machine. */
  readonly known: 'nothing' | 'token' | 'holder' | 'machine'
}

export const challenges = {
  none: '',
  token: 'error="invalid_token", ',
  proof: 'error="invalid_dpop_proof", ',
  attest: 'error="insufficient_authorization_details", ',
  level: 'error="insufficient_user_authentication", acr_values="Level4", ',
  scope: 'error="insufficient_scope", scope="SCOPE", ',
} as const

export const boundToOther: Refusal = {
  status: 403,
  code: 'ATTESTATION_BOUND_TO_OTHER_PATIENT',
  text: 'attestation_bound_to_other_patient: the attest was used for another patient. Get a new one.',
  challenge: challenges.attest,
  known: 'holder',
}

/** A genuine token but for some claims, which were changed before it was signed. */
export const withClaims =
  (change: (genuine: Claims) => Claims): Case['request'] =>
  async (_, target) => ({ token: await target.token(change) })

/** What somebody made of a genuine token. */
export const withToken =
  (forge: (token: string, attack: Attack) => string): Case['request'] =>
  async (attack, target) => ({ token: forge(await target.token(), attack) })

/** A genuine token, sent in another way. */
export const withHeaders =
  (headers: (token: string) => NonNullable<SignedPost['headers']>): Case['request'] =>
  async (_, target) => {
    const token = await target.token()
    return { token, headers: headers(token) }
  }

/** What a right proof is made of. */
export interface RightProof {
  readonly method: string
  readonly url: string
  readonly accessToken: string
  readonly body: Uint8Array
}

/** A genuine token with a proof that is right but for one thing. */
export const withProof =
  (wrong: (attack: Attack, right: RightProof) => string): Case['request'] =>
  async (attack, target) => {
    const token = await target.token()
    const { url, body } = target
    const right = { method: 'POST', url, accessToken: token, body: Buffer.from(body) }
    return { token, headers: { dpop: wrong(attack, right) } }
  }
