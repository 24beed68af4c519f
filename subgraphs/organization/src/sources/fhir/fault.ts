import { OrganizationError } from '../../errors.js'

/** What went wrong at the server, as far as it matters to the question. */
export type FaultKind =
  /** No connection, no token, too slow, or out of order. */
  | 'UNREACHABLE'
  /** It does not let this node in, or not to this patient. */
  | 'REFUSED'
  /** It answered, and nothing of the answer can be used. */
  | 'INVALID'
  /** It did not understand the search, or finds it too costly: another search may do. */
  | 'SEARCH_REFUSED'

/**
 * A FHIR server that gave no usable answer. Never an empty list: whoever asks learns that this organisation did not answer.
 * `detail` holds codes alone, for the server's own words may hold anything.
 */
export class FhirFault extends OrganizationError {
  readonly kind: FaultKind
  constructor(kind: FaultKind, detail: string, cause?: unknown) {
    const isUnusable = kind === 'INVALID' || kind === 'SEARCH_REFUSED'
    super(isUnusable ? 'SOURCE_INVALID' : 'SOURCE_FAILED', { detail, cause })
    this.kind = kind
  }
}
