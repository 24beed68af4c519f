import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const catalogueErrors = {
  CATALOGUE_UNAVAILABLE: {
    status: 503,
    text: 'The registry of organisations has been out of reach for too long. Ask again later.',
    when: 'A follower never had a signed state of the registry, or the last one was confirmed more than 15 minutes ago. Start the registry, or look at the network between the two.',
  },
  CATALOGUE_UNTRUSTED: {
    status: 502,
    text: 'The state of the registry is not signed by a key that this service trusts.',
    when: 'A follower got a state or a confirmation with a wrong signature, type or form, and went on with the state it had. Compare the pinned keys with the key of the registry.',
  },
  CATALOGUE_OUTDATED: {
    status: 502,
    text: 'The registry gave an older state than it gave before.',
    when: 'A follower was shown a version below the one it holds, or other content under the same version: a replay, or a registry that was started from an old file. Import the right state with a higher version.',
  },
  CATALOGUE_INVALID: {
    status: 422,
    text: 'The state of the registry is not valid.',
    when: 'The state in a file, or what a change would lead to, breaks the rules, or an entry names an address that no gateway would call: of no host, link-local, of a cloud’s metadata; in production also without TLS, or this machine itself. The text names every problem; nothing was changed.',
  },
  REGISTRY_UNREACHABLE: {
    status: 502,
    text: 'The registry cannot be reached.',
    when: 'A follower or the administration got no answer, or one that is none of the registry.',
  },
  REGISTRY_REFUSED: {
    status: 502,
    text: 'The registry refused the request.',
    when: "The registry answered with an error; the text is the registry's own.",
  },
} as const satisfies ErrorTable

type CatalogueErrorCode = keyof typeof catalogueErrors

export class CatalogueError extends KildeError<CatalogueErrorCode> {
  constructor(code: CatalogueErrorCode, options?: ErrorOptions) {
    super(catalogueErrors, code, options)
  }
}
