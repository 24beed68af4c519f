/** Names of the claims that HelseID puts into access tokens, and of ours. */
export const claims = {
  /** National identity number, 11 digits. */
  pid: 'helseid://claims/identity/pid',
  /** `2`, `3` or `4`, as a string. */
  securityLevel: 'helseid://claims/identity/security_level',
  assuranceLevel: 'helseid://claims/identity/assurance_level',
  network: 'helseid://claims/identity/network',
  hprNumber: 'helseid://claims/hpr/hpr_number',
  /** Organisation number of the main unit, as a string. */
  orgnrParent: 'helseid://claims/client/claims/orgnr_parent',
  orgnrChild: 'helseid://claims/client/claims/orgnr_child',
  /** Set where the client is a supplier's that acts for the organisation (HelseID, multi-tenant clients). */
  orgnrSupplier: 'helseid://claims/client/claims/orgnr_supplier',
  /** For logs only: HelseID forbids using it for access control. */
  clientName: 'helseid://claims/client/client_name',
  clientTenancy: 'helseid://claims/client/client_tenancy',
  clientAuthentication: 'client_amr',
  /** The attest: also the type of the authorization detail that asks for it. */
  attest: 'nhn:tillitsrammeverk:parameters',
  /** Ours: `{purpose_of_use: {code, system}, on_behalf_of?}`. HelseID has no citizens. */
  citizen: 'kilde:citizen',
  /** Ours, in a DPoP proof: base64url SHA-256 of the request body. */
  bodyDigest: 'body_sha256',
} as const

/** Identifier systems and code systems that the attest names, without the prefix `urn:oid:`. */
export const systems = {
  nationalIdentityNumber: '2.16.578.1.12.4.1.4.1',
  dNumber: '2.16.578.1.12.4.1.4.2',
  /** Common help number [felles hjelpenummer]. */
  commonHelpNumber: '2.16.578.1.12.4.1.4.3',
  hprNumber: '2.16.578.1.12.4.1.4.4',
  organizationNumber: '2.16.578.1.12.4.1.4.101',
  /** Departments of specialist health services. */
  resh: '2.16.578.1.12.4.1.4.102',
  /** Category of health personnel [autorisasjon]. */
  authorization: '2.16.578.1.12.4.1.1.9060',
  purposeOfUse: '2.16.840.1.113883.1.11.20448',
} as const

/** Life of an attest (milliseconds): 60 minutes, rule ATT-58. */
export const attestLifeMs = 3_600_000
