import type { ErrorOptions, KildeError } from '@kilde/service'

/** What goes wrong between a service and whoever follows it, in the words and codes of that service. */
export interface FeedFaults {
  /** No answer, or one that is none of the service. */
  unreachable(options?: ErrorOptions): KildeError
  /** The service answered with an error. */
  refused(options?: ErrorOptions): KildeError
  /** Not signed by a key that is trusted, or of another form. */
  untrusted(options?: ErrorOptions): KildeError
}
