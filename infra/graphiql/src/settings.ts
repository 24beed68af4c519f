// What the page and its back end say to each other. Imports nothing: the page is compiled for the browser.

/** A query that stands ready in a tab of its own. */
export interface Example {
  /** Shown in the list of examples. The tab itself is named after the operation. */
  readonly title: string
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** What a user can ask to be attested at sign-in, e.g. where the user works and why the data are needed. */
export interface AttestChoice {
  readonly title: string
  /** OAuth `authorization_details` (RFC 9396) of the pushed request. */
  readonly authorizationDetails: readonly AuthorizationDetail[]
}

/** One of the `authorization_details`; what else it holds depends on its type. */
export interface AuthorizationDetail {
  readonly type: string
}

/** What the page is told at `settings.json`. */
export interface Settings {
  readonly publicUrl: string
  /** Address that proofs name (`htu`). */
  readonly graphqlUrl: string
  readonly examples: readonly Example[]
  readonly attests: readonly AttestChoice[]
  /** Texts of the codes that the callback puts behind `#problem=`. */
  readonly problems: Readonly<Record<string, string>>
}

/** Addresses that proofs name at sign-in, and the server's clock (epoch milliseconds). */
export interface SignInEndpoints {
  readonly pushUrl: string
  readonly tokenUrl: string
  readonly now: number
}

/** Where the sign-in of this browser stands. */
export type SignInPhase =
  | { readonly phase: 'none' }
  /** The identity service has sent the user back: the page can fetch its token. */
  | { readonly phase: 'returned' }
  | { readonly phase: 'failed'; readonly message: string }

/** The identity service wants its nonce in the proof: sign again. */
export interface NonceWanted {
  readonly nonce: string
}

export type Started = NonceWanted | { readonly authorizeUrl: string }

export interface SignedIn {
  readonly accessToken: string
  /** Epoch milliseconds by the server's clock. */
  readonly expiresAtMs: number
  readonly name?: string
}

export type TokenAnswer = NonceWanted | SignedIn
