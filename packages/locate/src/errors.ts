import type { FeedFaults } from '@kilde/feed'
import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const locateErrors = {
  LOCATOR_UNREACHABLE: {
    status: 502,
    text: 'The evaluator of the locator cannot be reached.',
    when: 'Never reaches a client: a gateway then asks every organisation, a node goes on with the filters that it has. Look at the network, and at the registry that evaluates.',
  },
  LOCATOR_REFUSED: {
    status: 502,
    text: 'The evaluator of the locator refused the request.',
    when: 'As above; the text is the evaluator’s own, e.g. that its allowance is used up.',
  },
  LOCATOR_UNTRUSTED: {
    status: 502,
    text: 'What the evaluator of the locator gave does not hold.',
    when: 'Its list of keys is not signed by the registry, or it evaluated with another key than the one it names (RFC 9497, verifiable mode). Nothing of it is used.',
  },
  NUMBERS_UNAVAILABLE: {
    status: 502,
    text: 'Base data do not tell the numbers of persons.',
    when: 'Never reaches a client: answers say `IDENTITY_LINK_UNKNOWN` and are not complete, and a gateway asks every organisation. Look at the network, at the base data that `KILDE_BASE_DATA_URL` names, and at what they grant this client.',
  },
  HOLDINGS_UNTRUSTED: {
    status: 502,
    text: 'The filter of the organisation does not hold.',
    when: 'A filter is not signed by a key that the registry names for the organisation (`pageKeys`), is of another organisation, class or form, or goes back in time. The organisation is asked as if it had none.',
  },
  EVALUATION_INPUT: {
    status: 400,
    text: 'The request is not of the form that the evaluator takes.',
    when: 'An element is none of the group, there are too many, or the epoch is unknown.',
  },
  EVALUATION_ALLOWANCE: {
    status: 429,
    text: 'The allowance of evaluations is used up. Ask again later.',
    when: 'A requester, or a node, had more numbers evaluated than its allowance gives. Whoever goes through a list of numbers is stopped here.',
  },
  EVALUATION_FORBIDDEN: {
    status: 403,
    text: 'This client may not have anything evaluated.',
    when: 'The token is of a system whose organisation shares no data: only nodes have batches evaluated, and people single numbers.',
  },
  HOLDINGS_FORBIDDEN: {
    status: 403,
    text: 'This client is no gateway of this organisation.',
    when: 'A filter was asked for by a client that is not in `KILDE_GATEWAY_CLIENTS` of the node.',
  },
  HOLDINGS_FULL: {
    status: 503,
    text: 'As many gateways listen as may. Ask again later.',
    when: 'More than 256 streams of an organisation’s filters are open. Whoever cannot listen goes by no filter, and asks.',
  },
  HOLDINGS_NONE: {
    status: 404,
    text: 'The organisation publishes no filter for this.',
    when: 'It does not take part, does not disclose what it withholds, cannot list its patients for this class, or has no filter of a present epoch yet. It is asked each time.',
  },
} as const satisfies ErrorTable

export class LocateError extends KildeError<keyof typeof locateErrors> {
  constructor(code: keyof typeof locateErrors, options?: ErrorOptions) {
    super(locateErrors, code, options)
  }
}

/** Faults between the evaluator and whoever asks it. */
export const evaluatorFaults: FeedFaults = {
  unreachable: (options) => new LocateError('LOCATOR_UNREACHABLE', options),
  refused: (options) => new LocateError('LOCATOR_REFUSED', options),
  untrusted: (options) => new LocateError('LOCATOR_UNTRUSTED', options),
}

/** Faults between a node's filters and the gateway that fetches them. */
export const holdingsFaults: FeedFaults = {
  unreachable: (options) => new LocateError('LOCATOR_UNREACHABLE', options),
  refused: (options) => new LocateError('LOCATOR_REFUSED', options),
  untrusted: (options) => new LocateError('HOLDINGS_UNTRUSTED', options),
}

/** Faults between base data and whoever asks them for a person's numbers. */
export const numbersFaults: FeedFaults = {
  unreachable: (options) => new LocateError('NUMBERS_UNAVAILABLE', options),
  refused: (options) => new LocateError('NUMBERS_UNAVAILABLE', options),
  untrusted: (options) => new LocateError('NUMBERS_UNAVAILABLE', options),
}
