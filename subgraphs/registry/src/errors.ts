import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const registryErrors = {
  REGISTRY_UNKNOWN: {
    status: 404,
    text: 'The registry does not hold that.',
    when: 'A change names an organisation, agreement or membership that is not there.',
  },
  REGISTRY_CONFLICT: {
    status: 409,
    text: 'The change contradicts what else the registry holds.',
    when: 'For example an organisation is to be removed that is the successor of another. The text says what to change first.',
  },
  REGISTRY_INPUT: {
    status: 400,
    text: 'The request is not of the form that this address takes.',
    when: 'The body is not JSON, or number or id in body and address differ.',
  },
  REGISTRY_QUERY: {
    status: 400,
    text: 'The GraphQL request is not valid.',
    when: 'A syntax error, an unknown field, a document that is too large or too deep. The text says where.',
  },
  REGISTRY_NOT_SAVED: {
    status: 503,
    text: 'The change could not be saved and has no effect.',
    when: 'The disk is full or the folder is gone. The registry goes on with the state before.',
  },
  REGISTRY_TOO_LARGE: {
    status: 409,
    text: 'The change would make the state larger than followers take. Nothing was changed.',
    when: 'The state would exceed `KILDE_REGISTRY_MAX_STATE_BYTES`. Remove what has ended.',
  },
  REGISTRY_FULL: {
    status: 503,
    text: 'The registry has as many followers as it takes.',
    when: 'More processes follow than `KILDE_REGISTRY_MAX_FOLLOWERS` allows.',
  },
  LOCATE_KEYS_UNREADABLE: {
    status: 500,
    text: 'The keys of the evaluator cannot be opened.',
    when: '`KILDE_LOCATE_KEY` is not the key that sealed `locate-keys.sealed`, or the file is damaged. Give the right key, or remove the file: all nodes then build their filters anew.',
  },
  FOLLOWER_UNKNOWN: {
    status: 409,
    text: 'This follower is not connected. Connect to the stream first.',
    when: 'An acknowledgement came from a follower whose connection has ended, or from another client than the one that connected.',
  },
} as const satisfies ErrorTable

export class RegistryError extends KildeError<keyof typeof registryErrors> {
  constructor(code: keyof typeof registryErrors, options?: ErrorOptions) {
    super(registryErrors, code, options)
  }
}
