import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const graphiqlErrors = {
  SIGN_IN_UNAVAILABLE: {
    status: 502,
    text: 'The identity service does not answer. Try again in a moment.',
    when: 'GraphiQL: the identity service cannot be reached, or its answer is not usable.',
  },
  SIGN_IN_REFUSED: {
    status: 403,
    text: 'The identity service refused the sign-in.',
    when: 'GraphiQL: the identity service answered with an OAuth error, which the text repeats.',
  },
  SIGN_IN_EXPIRED: {
    status: 410,
    text: 'This sign-in is too old, or was started in another browser. Sign in again.',
    when: 'GraphiQL: no sign-in is under way for the cookie of this browser. It lives for 10 minutes and is used once.',
  },
  SIGN_IN_MISMATCH: {
    status: 400,
    text: 'The answer does not belong to this sign-in. Sign in again.',
    when: 'GraphiQL: `state` or `iss` of the redirect is not that of the request.',
  },
  CROSS_SITE: {
    status: 403,
    text: 'This address takes requests of its own page only.',
    when: 'GraphiQL: the Origin header is missing or names another site.',
  },
  SIGN_IN_INPUT: {
    status: 400,
    text: 'The sign-in request is not well formed.',
    when: 'GraphiQL: the body of a sign-in request lacks a proof, or its attest is not a list of objects with a type.',
  },
  PAGE_NOT_BUILT: {
    status: 503,
    text: 'The GraphiQL page has not been built. Run: node infra/graphiql/build-page.mjs',
    when: 'GraphiQL: the page is missing from the installation.',
  },
} as const satisfies ErrorTable

export type GraphiqlErrorCode = keyof typeof graphiqlErrors

export class GraphiqlError extends KildeError<GraphiqlErrorCode> {
  constructor(code: GraphiqlErrorCode, options?: ErrorOptions) {
    super(graphiqlErrors, code, options)
  }
}
