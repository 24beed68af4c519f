import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const identityErrors = {
  IDENTITY_IN_PRODUCTION: {
    status: 500,
    text: 'This is a stand-in for HelseID that lets anybody sign in as anybody: it does not run with NODE_ENV=production. Use HelseID.',
    when: 'At start, with NODE_ENV=production.',
  },
  UNKNOWN_PERSONA: {
    status: 400,
    text: 'Nobody by that name can sign in here.',
    when: 'The sign-in form named a persona that does not exist.',
  },
  SIGN_IN_EXPIRED: {
    status: 400,
    text: 'This sign-in has expired or belongs to another browser. Start again where you came from.',
    when: 'The sign-in page was opened without its cookie, or more than 10 minutes after it began.',
  },
  SIGN_IN_FAILED: {
    status: 502,
    text: 'The identity provider did not end the sign-in.',
    when: 'A program that signs in as a persona met an answer that it does not know.',
  },
} as const satisfies ErrorTable

export class IdentityError extends KildeError<keyof typeof identityErrors> {
  constructor(code: keyof typeof identityErrors, options?: ErrorOptions) {
    super(identityErrors, code, options)
  }
}
