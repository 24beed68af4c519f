import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const privacyErrors = {
  PRIVACY_NOT_ALLOWED: {
    status: 403,
    text: 'You may not do this for this person.',
    when: 'Age rules, representation or a confidential address do not allow it; which of them is never said, because that would tell of the person.',
  },
  PRIVACY_STATEMENT_UNKNOWN: {
    status: 404,
    text: 'There is no such statement in force.',
    when: 'What is to be lifted is not there, is of another person, or has been lifted.',
  },
  PRIVACY_INPUT: {
    status: 400,
    text: 'The request is not of the form that this address takes.',
    when: 'The GraphQL document, its variables or a body are wrong. The text says what, and never repeats a number of a person.',
  },
  PRIVACY_TOO_MANY: {
    status: 409,
    text: 'This person has as many statements as there may be. Lift some first.',
    when: 'More than 500 statements of one person would be in force.',
  },
  PRIVACY_NOT_SAVED: {
    status: 503,
    text: 'The statement could not be saved and has no effect.',
    when: 'The database does not take it. What was in force before stays in force.',
  },
  PRIVACY_STORE_IN_USE: {
    status: 500,
    text: 'Another privacy service uses this database.',
    when: 'At the start: two services that change the same statements would tell nodes different things. Stop the other one.',
  },
  PRIVACY_STORE_DAMAGED: {
    status: 500,
    text: 'The statements in the database cannot be read with this key.',
    when: 'At the start: the key is another one, or the database was changed by hand. Nothing is told to nodes.',
  },
  PRIVACY_FULL: {
    status: 503,
    text: 'The privacy service has as many followers as it takes.',
    when: 'More processes follow than 5,000.',
  },
  PRIVACY_FOLLOWER_UNKNOWN: {
    status: 409,
    text: 'This follower is not connected. Connect to the stream first.',
    when: 'An acknowledgement came from a follower whose connection has ended, or from another client than the one that connected.',
  },
} as const satisfies ErrorTable

export class PrivacyError extends KildeError<keyof typeof privacyErrors> {
  constructor(code: keyof typeof privacyErrors, options?: ErrorOptions) {
    super(privacyErrors, code, options)
  }
}
