/** Purpose of use that a caller states: HL7 v3 PurposeOfUse (OID 2.16.840.1.113883.1.11.20448). */
export type ProfessionalPurpose = 'TREAT' | 'ETREAT' | 'COC' | 'BTG'
export type CitizenPurpose = 'PATRQT' | 'FAMRQT' | 'PWATRNY'
export type PurposeOfUse = ProfessionalPurpose | CitizenPurpose

/** The attest of the trust framework [Tillitsrammeverk], as HelseID puts it into the access token. */
export interface Attest {
  /** The same for all tokens of one session that carry this attest: base64url SHA-256, safe in keys. */
  readonly id: string
  /** When the attest was made (epoch milliseconds), from `toa`, else the token's `iat`. */
  readonly attestedAtMs: number
  readonly legalEntity: string
  readonly pointOfCare: string
  readonly department?: string
  readonly hprNumber?: string
  /** Code of code system 9060, e.g. `LE`. */
  readonly authorization?: string
  readonly healthcareService?: string
  readonly purpose: ProfessionalPurpose
  /** Code of `purpose_of_use_details`, where there is one. */
  readonly purposeDetails?: string
  readonly decisionRef: {
    readonly id: string
    readonly description?: string
    readonly userSelected: boolean
  }
  /** Numbers of the patients that it names. HelseID's names none. */
  readonly patients?: readonly string[]
}

/** What every access token says, whoever it is about. */
export interface TokenFacts {
  /** Stable subject of the issuer (`sub`): a pseudonym, safe in keys. */
  readonly subject: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** JWK thumbprint of the key the token is bound to (`cnf.jkt`). */
  readonly jkt: string
  /** base64url SHA-256 of the access token: the key of caches. */
  readonly tokenHash: string
  readonly expiresAtMs: number
  /** Client that exchanged the token on behalf of the subject (`act.sub`), e.g. the gateway. */
  readonly actor?: string
  /** The session at the issuer (`sid`). */
  readonly session?: string
  /** Organisation number of the supplier whose client acts for the organisation (`orgnr_supplier`), where it is one. */
  readonly supplier?: string
}

/** Health personnel, or staff without authorisation, with an attest under 60 minutes old. */
export interface Professional extends TokenFacts {
  readonly kind: 'professional'
  /** National identity number. Goes to the audit record and to policy, nowhere else. */
  readonly pid: string
  readonly name?: string
  readonly securityLevel: number
  readonly hprNumber?: string
  readonly purpose: ProfessionalPurpose
  readonly attest: Attest
  /** The requester's organisation: the attest's legal entity. */
  readonly organization: string
}

/** A citizen: opens only what concerns the citizen, or the one person represented. */
export interface Citizen extends TokenFacts {
  readonly kind: 'citizen'
  readonly pid: string
  readonly name?: string
  readonly securityLevel: number
  readonly purpose: CitizenPurpose
  /** National identity number of the person represented (FAMRQT, PWATRNY). */
  readonly onBehalfOf?: string
}

/** A machine client without a user (client credentials). Gets no patient data: only ingest, registry and administration. */
export interface System extends TokenFacts {
  readonly kind: 'system'
  /** `helseid://claims/client/claims/orgnr_parent`, where the client belongs to an organisation. */
  readonly organization?: string
}

/**
 * Who asks, for whom, on what ground. Made only by {@link RequestVerifier}: signature, issuer, audience, time, scope,
 * proof of possession and single use of the proof have been checked. NOT checked: whether this caller may see anything.
 */
export type Caller = Professional | Citizen | System

/**
 * Who a refused request was from, as far as known: the access token was genuine and in force, and a later rule refused.
 * Goes to the audit record of the refusal. Never a ground for access.
 */
export interface KnownCaller extends TokenFacts {
  /** False: the token is genuine, but the sender has not shown to hold its key (it may be stolen). */
  readonly possessionProven: boolean
  readonly pid?: string
  readonly name?: string
  readonly hprNumber?: string
  /** `orgnr_parent` of the token. */
  readonly organization?: string
}
