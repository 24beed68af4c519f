import type { Caller } from './caller.js'

/** The parts of an HTTP request that prove who sent it. */
export interface SignedRequest {
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly method: string
  /** The service's own public URL of this address, from configuration: never taken from the Host header. */
  readonly url: string
  /** Exact bytes of the body. Checked against the proof's `body_sha256` where `requireBodyDigest` is set. */
  readonly body?: Uint8Array
}

/** Verifies access token (HelseID profile), DPoP proof (RFC 9449 §4.3) and attest of a request. */
export interface RequestVerifier {
  /** @throws TrustError with a code of the error table; the caller's identity is known only where `caller` is set on it. */
  verify(request: SignedRequest): Promise<Caller>
}
