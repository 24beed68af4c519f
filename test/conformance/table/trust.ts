import { readParts, sha256 } from '@kilde/cli/conformance'
import { claims } from '@kilde/trust'
import {
  type Fault,
  header,
  isOfToken,
  type Json,
  json,
  lets,
  letsCode,
  refuses,
} from '../faults.js'
import type { Asked } from '../wrong-node.js'

const metadata = (name: string, breaks: string, change: (value: Json) => void): Fault => ({
  name,
  breaks: [breaks],
  change: json(({ url }) => url.includes('oauth-protected-resource'), change),
})

const taking = (name: string, breaks: string, ...codes: readonly string[]): Fault => ({
  name,
  breaks: [breaks],
  change: letsCode(...codes),
})

const attestOf = ({ token }: Asked): Json => token[claims.attest]
const requestOf = ({ kilde }: Asked): Json => kilde['request']
const isOrdinaryProof = ({ proofHeader, proof, ...asked }: Asked): boolean =>
  proofHeader['typ'] === 'dpop+jwt' &&
  proofHeader['alg'] === 'ES256' &&
  (proofHeader['jwk'] as Json)?.d === undefined &&
  proof['jti'] !== undefined &&
  isOfToken({ proofHeader, proof, ...asked })

const otherContext = (breaks: string, member: string, value: string): Fault => ({
  name: `takes a context of another ${member}`,
  breaks: [breaks],
  change: lets(({ kilde }, { code }) => code === 'CONTEXT_MISMATCH' && kilde[member] === value),
})

/** Faults of metadata, tokens, proofs, attests and contexts. */
export const trustFaults: readonly Fault[] = [
  metadata('tells another address', 'N-META-1', (value) => {
    value.resource = 'https://other.example/graphql'
  }),
  metadata('names another issuer', 'N-META-2', (value) => {
    value.authorization_servers = ['https://issuer.example']
  }),
  metadata('offers bearer tokens', 'N-META-3', (value) => {
    value.bearer_methods_supported = ['header']
  }),
  metadata('says nothing of attests', 'N-META-4', (value) => {
    delete value.authorization_details_types_required
  }),
  {
    name: 'does not say what it wants',
    breaks: ['N-META-5'],
    change: header('www-authenticate', undefined, (_, { code }) => code === 'TOKEN_MISSING'),
  },
  {
    name: 'takes an empty token',
    breaks: ['N-TOK-1'],
    change: lets(({ authorization }) => authorization.trim() === 'DPoP'),
  },
  taking('takes bearer tokens', 'N-TOK-2', 'BEARER_NOT_ACCEPTED'),
  {
    name: 'does not verify signatures of tokens',
    breaks: ['N-TOK-3'],
    change: lets(
      ({ tokenHeader }, { code }) =>
        code === 'TOKEN_SIGNATURE' &&
        tokenHeader['alg'] === 'ES256' &&
        !('jwk' in tokenHeader) &&
        !('crit' in tokenHeader),
    ),
  },
  {
    name: 'believes `alg`',
    breaks: ['N-TOK-4'],
    change: lets(({ tokenHeader }) => ['none', 'HS256'].includes(String(tokenHeader['alg']))),
  },
  {
    name: 'takes the key from the header',
    breaks: ['N-TOK-5'],
    change: lets(({ tokenHeader }) => 'jwk' in tokenHeader),
  },
  taking('takes tokens of any issuer', 'N-TOK-6', 'TOKEN_ISSUER'),
  taking('takes tokens for others', 'N-TOK-7', 'TOKEN_AUDIENCE'),
  taking('takes expired tokens', 'N-TOK-8', 'TOKEN_EXPIRED'),
  taking('takes tokens of later', 'N-TOK-9', 'TOKEN_NOT_YET_VALID'),
  taking('does not look at scopes', 'N-TOK-10', 'TOKEN_SCOPE'),
  taking('takes security level 3', 'N-TOK-11', 'SECURITY_LEVEL_TOO_LOW'),
  {
    name: 'takes tokens that are bound to no key',
    breaks: ['N-TOK-12'],
    change: lets(({ token }, { code }) => code === 'DPOP_KEY_MISMATCH' && !('cnf' in token)),
  },
  {
    name: 'takes any JWT of the issuer',
    breaks: ['N-TOK-13'],
    change: lets(({ tokenHeader }) => ['dpop+jwt', 'id+jwt'].includes(String(tokenHeader['typ']))),
  },
  {
    name: 'passes over critical extensions',
    breaks: ['N-TOK-14'],
    change: lets(({ tokenHeader }) => 'crit' in tokenHeader),
  },
  {
    name: 'answers machines',
    breaks: ['N-TOK-15'],
    change: lets(({ token }) => token['sub'] !== undefined && token['sub'] === token['client_id']),
  },
  taking('needs no proof', 'N-DPOP-1', 'DPOP_PROOF_MISSING'),
  {
    name: 'takes the first of two proofs',
    breaks: ['N-DPOP-2'],
    change: lets(({ proofText }) => proofText.includes(',')),
  },
  taking('takes proofs for another method', 'N-DPOP-3', 'DPOP_PROOF_METHOD'),
  taking('takes proofs for another address', 'N-DPOP-4', 'DPOP_PROOF_URL'),
  taking('takes old proofs', 'N-DPOP-5', 'DPOP_PROOF_EXPIRED'),
  {
    name: 'takes proofs for another token',
    breaks: ['N-DPOP-6'],
    change: lets(
      (asked, { code }) =>
        code === 'DPOP_PROOF_INVALID' &&
        asked.proof['htm'] === 'POST' &&
        asked.proof['jti'] !== undefined &&
        !isOfToken(asked),
    ),
  },
  {
    name: 'does not verify proofs',
    breaks: ['N-DPOP-7'],
    change: lets(
      (asked, { code }) =>
        code === 'DPOP_PROOF_INVALID' && !asked.proofText.includes(',') && isOrdinaryProof(asked),
    ),
  },
  {
    name: 'takes proofs by any key',
    breaks: ['N-DPOP-8'],
    change: lets(({ token }, { code }) => code === 'DPOP_KEY_MISMATCH' && 'cnf' in token),
  },
  {
    name: 'takes any JWS for a proof',
    breaks: ['N-DPOP-9'],
    change: lets(
      ({ proofHeader }) =>
        proofHeader['typ'] === 'at+jwt' ||
        proofHeader['alg'] === 'HS256' ||
        (proofHeader['jwk'] as Json)?.d !== undefined,
    ),
  },
  taking('takes a proof twice', 'N-DPOP-10', 'DPOP_PROOF_REPLAYED'),
  taking('does not look at the body’s digest', 'N-DPOP-11', 'DPOP_BODY_DIGEST'),
  {
    name: 'takes proofs without an id',
    breaks: ['N-DPOP-12'],
    change: lets(({ proof }) => proof['htm'] === 'POST' && !('jti' in proof)),
  },
  {
    name: 'needs no attest',
    breaks: ['N-ATT-1', 'N-ATT-8'],
    change: letsCode('ATTEST_MISSING'),
  },
  {
    name: 'takes attests of later',
    breaks: ['N-ATT-2'],
    change: lets((asked) => attestOf(asked)?.toa * 1000 > Date.now() + 600_000),
  },
  {
    name: 'has other words for an old attest',
    breaks: ['N-ATT-3'],
    change: json(
      (_, { code }) => code === 'ATTESTATION_HAS_EXPIRED',
      (value) => {
        value.errors[0].message = 'Too old.'
      },
    ),
  },
  {
    name: 'takes attests without a purpose',
    breaks: ['N-ATT-4'],
    change: lets(
      (asked) =>
        attestOf(asked)?.care_relationship && !attestOf(asked).care_relationship.purpose_of_use,
    ),
  },
  {
    name: 'takes attests of somebody else',
    breaks: ['N-ATT-5'],
    change: lets(
      (asked, { code }) =>
        code === 'ATTEST_MALFORMED' &&
        attestOf(asked)?.practitioner?.identifier?.id !== asked.token[claims.pid],
    ),
  },
  taking('takes an attest for anybody', 'N-ATT-6', 'ATTESTATION_BOUND_TO_OTHER_PATIENT'),
  {
    name: 'reads one spelling of attests alone',
    breaks: ['N-ATT-7'],
    change: refuses((asked) => attestOf(asked)?.attestation !== undefined, 403),
  },
  {
    name: 'does not ask for a better attest',
    breaks: ['N-ATT-8'],
    change: header('www-authenticate', undefined, (_, { code }) => code === 'ATTEST_MISSING'),
  },
  taking('asks no register of personnel', 'N-ATT-9', 'AUTHORIZATION_NOT_REGISTERED'),
  taking('needs no context', 'N-CTX-1', 'CONTEXT_MISSING'),
  otherContext('N-CTX-2', 'requester', 'somebody-else'),
  otherContext('N-CTX-3', 'patient', 'A'.repeat(22)),
  otherContext('N-CTX-4', 'purpose', 'SUPERVISION'),
  otherContext('N-CTX-5', 'decisionRef', 'another-decision'),
  otherContext('N-CTX-6', 'operation', 'A'.repeat(43)),
  {
    name: 'knows every member of a context there can be',
    breaks: ['N-CTX-7'],
    change: refuses(({ kilde }) => 'laterMember' in kilde),
  },
  {
    name: 'answers unsigned requests all the same',
    breaks: ['N-SIG-1'],
    world: 'strict',
    change: letsCode('REQUEST_SIGNATURE_REQUIRED'),
  },
  {
    name: 'answers nothing that is signed',
    breaks: ['N-SIG-2', 'N-SIG-8', 'N-SIG-10'],
    change: refuses((asked) => requestOf(asked) !== undefined, 403),
  },
  {
    name: 'takes signatures by any key',
    breaks: ['N-SIG-3'],
    change: lets(
      (asked, { code }) =>
        code === 'REQUEST_SIGNATURE_INVALID' && isSignedContent(requestOf(asked)),
    ),
  },
  {
    name: 'takes signatures over something else',
    breaks: ['N-SIG-4'],
    change: lets(
      (asked, { code }) =>
        code === 'REQUEST_SIGNATURE_INVALID' && !isSignedContent(requestOf(asked)),
    ),
  },
  taking('takes old signatures', 'N-SIG-5', 'REQUEST_SIGNATURE_EXPIRED'),
  taking('takes any token as evidence', 'N-SIG-6', 'REQUESTER_EVIDENCE_INVALID'),
  taking('answers more than was signed', 'N-SIG-7', 'BEYOND_SIGNATURE'),
  taking('answers a signature twice', 'N-SIG-8', 'REQUEST_SIGNATURE_REPLAYED'),
  taking('takes any JWS for a signature', 'N-SIG-9', 'REQUEST_SIGNATURE_MALFORMED'),
  {
    name: 'signs no answers',
    breaks: ['N-SIG-10'],
    change: header('kilde-page-signature', undefined),
  },
  {
    name: 'takes any nonce',
    breaks: ['N-HTTP-10'],
    world: 'strict',
    change: lets(({ proof }) => proof['nonce'] === 'of-nobody'),
  },
]

/** Whether a signature is over the body and the token that came with it. */
function isSignedContent(request: Json): boolean {
  const { payload } = readParts(String(request?.signature))
  return (
    payload['body_sha256'] === sha256(String(request?.body)) &&
    payload['ath'] === sha256(String(request?.token))
  )
}
