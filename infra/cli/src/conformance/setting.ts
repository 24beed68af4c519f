import type { PrivateJwk, PublicJwk } from '@kilde/trust'

/** Claims of a token, by name. */
export type Claims = Readonly<Record<string, unknown>>

/** What the tester needs to know of a node and of the world around it. */
export interface Setting {
  /** Base URL of the organisation: questions go to `<base>/graphql`. */
  readonly baseUrl: string
  /** Organisation number of the node. */
  readonly organization: string
  /** The issuer that the node trusts, and the key by which it signs tokens: always one made for tests. */
  readonly issuer: { readonly url: string; readonly signingKey: PrivateJwk }
  /** Client id of the gateway that the node answers citizens through. */
  readonly gatewayClient: string
  /** Audience of requesters' own tokens. */
  readonly gatewayAudience: string
  readonly requesters: {
    /** Claims about health personnel whom the node lets see the known patient. */
    readonly permitted: Claims
    /** Claims about the known patient, as a citizen. */
    readonly citizen?: Claims | undefined
    /** Claims about a citizen of an age at which digital access is closed. */
    readonly youth?: Claims | undefined
  }
  readonly patients: {
    /** Of whom the node holds rows: at least 20. */
    readonly known: string
    /** Of whom it holds nothing. */
    readonly unknown: string
    /** Of whom it holds rows, all of which the patient has blocked. */
    readonly blocked?: string | undefined
  }
  /** Keys in the registry's entry by which the node signs its answers. */
  readonly pageKeys: readonly PublicJwk[]
  /** Whether the node tells that something is withheld. */
  readonly disclosure: 'visible' | 'hidden'
  /** Who must have signed what the node is asked. */
  readonly requestSignature: 'GATEWAY' | 'REQUESTER'
  /** Whether the node holds attests against the registers of health personnel. */
  readonly registers: boolean
}
