import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const privacyFeedErrors = {
  PRIVACY_UNREACHABLE: {
    status: 502,
    text: 'The privacy service cannot be reached.',
    when: 'A node got no answer from the privacy service, or one that is none of it, and goes on with the settings it holds for at most 15 minutes.',
  },
  PRIVACY_REFUSED: {
    status: 502,
    text: 'The privacy service refused the request.',
    when: 'The privacy service answered a node with an error: look at the rights of its client and at its key.',
  },
  PRIVACY_UNTRUSTED: {
    status: 502,
    text: 'What the privacy service sent is not signed by a key that this node trusts.',
    when: 'A signature, type or form is wrong, it was signed for another node, or in the future. The node goes on with the settings it holds.',
  },
  PRIVACY_OUTDATED: {
    status: 502,
    text: 'The privacy service sent a change that does not follow what this node holds.',
    when: 'A change was missed, or the service was restored from an older state. The node connects again and is given everything it lacks.',
  },
} as const satisfies ErrorTable

export class PrivacyFeedError extends KildeError<keyof typeof privacyFeedErrors> {
  constructor(code: keyof typeof privacyFeedErrors, options?: ErrorOptions) {
    super(privacyFeedErrors, code, options)
  }
}
