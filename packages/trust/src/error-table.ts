import type { ErrorTable } from '@kilde/service'

/** Every way in which a caller's token, proof or attest is refused, or a token cannot be had. */
export const trustErrors = {
  TOKEN_MISSING: {
    status: 401,
    text: 'An access token is needed: send it as "Authorization: DPoP <token>".',
    when: 'The request has no Authorization header. Sign in at the identity provider first.',
  },
  BEARER_NOT_ACCEPTED: {
    status: 401,
    text: 'Bearer tokens are not accepted: send the token as "Authorization: DPoP <token>" with a proof.',
    when: 'The Authorization header has the scheme Bearer, or another than DPoP.',
  },
  TOKEN_MALFORMED: {
    status: 401,
    text: 'The access token is not a well-formed token of the HelseID profile.',
    when: 'The token is no JWT of type at+jwt, lacks a mandatory claim, or a claim has the wrong form (scope must be a list).',
  },
  TOKEN_SIGNATURE: {
    status: 401,
    text: 'The access token is not signed by the identity provider with an accepted key.',
    when: 'The signature is wrong, its key is unknown, or its algorithm is not on the list. Get a new token.',
  },
  TOKEN_EXPIRED: {
    status: 401,
    text: 'The access token has expired.',
    when: 'The token is past its `exp`. Get a new one.',
  },
  TOKEN_NOT_YET_VALID: {
    status: 401,
    text: 'The access token is not valid yet.',
    when: 'The token has an `nbf` or `iat` in the future: the clock of the issuer or of the service is wrong.',
  },
  TOKEN_ISSUER: {
    status: 401,
    text: 'The access token comes from another identity provider.',
    when: 'The claim `iss` is not exactly the configured issuer.',
  },
  TOKEN_AUDIENCE: {
    status: 401,
    text: 'The access token is meant for another service.',
    when: 'The claim `aud` is not exactly this service, or names several.',
  },
  TOKEN_SCOPE: {
    status: 403,
    text: 'The access token does not have the scope that this address needs.',
    when: 'The claim `scope` lacks a scope; the WWW-Authenticate header names it.',
  },
  SECURITY_LEVEL_TOO_LOW: {
    status: 401,
    text: 'Security level 4 is needed: sign in again with a stronger method.',
    when: 'The user signed in with a security level below 4.',
  },
  DPOP_PROOF_MISSING: {
    status: 401,
    text: 'A DPoP proof is needed in the header "DPoP".',
    when: 'The request has an access token but no DPoP header.',
  },
  DPOP_PROOF_INVALID: {
    status: 401,
    text: 'The DPoP proof is not valid.',
    when: 'There are several proofs, or the proof is malformed, has a wrong type, algorithm, key, signature or jti, or is not for this token.',
  },
  DPOP_PROOF_URL: {
    status: 401,
    text: 'The DPoP proof is for another address.',
    when: "The claim `htu` is not this service's own public address of the request.",
  },
  DPOP_PROOF_METHOD: {
    status: 401,
    text: 'The DPoP proof is for another HTTP method.',
    when: 'The claim `htm` is not the method of the request.',
  },
  DPOP_PROOF_EXPIRED: {
    status: 401,
    text: 'The DPoP proof was not made just now.',
    when: 'The claim `iat` is more than 1 second plus the allowed clock skew away. Sign a new proof; check the clock.',
  },
  DPOP_PROOF_REPLAYED: {
    status: 401,
    text: 'The DPoP proof has been used before.',
    when: 'Every request needs a new proof with a new jti.',
  },
  DPOP_KEY_MISMATCH: {
    status: 401,
    text: 'The access token is not bound to the key of the DPoP proof.',
    when: 'The token has no `cnf.jkt`, or the proof is signed with another key.',
  },
  DPOP_BODY_DIGEST: {
    status: 401,
    text: 'The DPoP proof is not for this request body.',
    when: 'The claim `body_sha256` is missing where the service needs it, or differs from the body that arrived.',
  },
  DPOP_NONCE_NEEDED: {
    status: 401,
    text: 'The DPoP proof needs the nonce from the header "DPoP-Nonce".',
    when: 'The service wants nonces (KILDE_DPOP_NONCE), or was started after the proof was made and keeps used proofs in memory; and the proof has none or an old one. Sign again with that of this answer.',
  },
  ATTEST_MISSING: {
    status: 403,
    text: 'The access token carries no attest of the trust framework.',
    when: 'Health personnel must ask for authorization_details of type nhn:tillitsrammeverk:parameters at sign-in.',
  },
  ATTEST_MALFORMED: {
    status: 403,
    text: 'The attest of the trust framework is incomplete or contradicts the access token.',
    when: 'A mandatory field of the attest is missing or malformed, or names another person or organisation than the token.',
  },
  ATTESTATION_HAS_EXPIRED: {
    status: 403,
    text: 'attestation_has_expired: the attest is 60 minutes old or older. Sign in again.',
    when: 'The attest was made 60 minutes ago or earlier (rule ATT-58).',
  },
  ATTESTATION_BOUND_TO_OTHER_PATIENT: {
    status: 403,
    text: 'attestation_bound_to_other_patient: the attest was used for another patient. Get a new one.',
    when: 'An attest holds for the first patient that it is used for, and for those it names (rules ATT-4, ATT-58).',
  },
  AUTHORIZATION_NOT_REGISTERED: {
    status: 403,
    text: 'The authorisation in the attest is not in the register of health personnel.',
    when: 'The register (HPR) does not know the HPR number, or not as this person’s, or not with this authorisation in force (rule ATT-32).',
  },
  ORGANIZATION_NOT_REGISTERED: {
    status: 403,
    text: 'The organisations in the attest are not in the register of organisations.',
    when: 'The legal entity is not a main unit in force, or the point of care is neither it nor one of its sub-units (rules ATT-15, 18, 19).',
  },
  BASE_DATA_UNAVAILABLE: {
    status: 503,
    text: 'The registers of health personnel and organisations cannot be asked. Ask again later.',
    when: 'A service that checks attests against base data gets no clear answer: unclear means deny.',
  },
  USER_REQUIRED: {
    status: 403,
    text: 'This address is for people: the token is of no user.',
    when: 'A machine client asks for patient data. Data go to people who answer for what they ask (L-10); sign a user in.',
  },
  CALLER_KIND_NOT_ACCEPTED: {
    status: 403,
    text: 'This address is not for this kind of caller.',
    when: 'For example a user asks for administration, or a professional for the patient’s own settings.',
  },
  ISSUER_UNAVAILABLE: {
    status: 503,
    text: 'The identity provider cannot be reached. Ask again later.',
    when: 'Its keys, metadata or token endpoint do not answer, so that a token can neither be checked nor fetched.',
  },
  TOKEN_REQUEST_FAILED: {
    status: 502,
    text: 'The identity provider refused to issue a token.',
    when: 'Its token endpoint answered with an error; the log names the OAuth error code.',
  },
  REPLAY_STORE_UNAVAILABLE: {
    status: 503,
    text: 'The service cannot tell whether this request is new. Ask again later.',
    when: 'Redis, which the replicas share, does not answer: no proof is accepted unrecorded.',
  },
  REPLAY_STORE_FULL: {
    status: 503,
    text: 'Too many requests at once. Ask again in some seconds.',
    when: 'The store of used proofs is full of proofs that are still in force: no proof is accepted unrecorded.',
  },
} as const satisfies ErrorTable
