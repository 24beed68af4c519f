import type { Logger } from '@kilde/service'
import type { PrivateJwk } from '@kilde/trust'
import type { AttestChoice, Example } from './settings.js'

export interface GraphiqlOptions {
  /** The gateway's own public address, without a slash at the end; GraphQL answers at `<publicUrl>/graphql`. */
  readonly publicUrl: string
  /** Issuer of the identity service; its metadata are read from `<issuer>/.well-known/openid-configuration`. */
  readonly issuer: string
  /** Registered at the issuer with the redirect address `<publicUrl>/graphiql/callback`. */
  readonly clientId: string
  readonly clientKey: PrivateJwk
  /** Audience of the access token (OAuth `resource`). */
  readonly audience: string
  /** Scopes to ask for, separated by spaces. `openid` gives the name of who is signed in. */
  readonly scope: string
  /** SDL of the supergraph, or of any schema. Users see it without the machinery of federation. */
  readonly sdl: string
  /** In the order of the tabs. */
  readonly examples: readonly Example[]
  /** Offered at sign-in, the first one chosen; a user can also write one, or sign in without. Default: none. */
  readonly attests?: readonly AttestChoice[]
  readonly logger: Logger
  readonly fetch?: typeof globalThis.fetch
  /** Clock (epoch milliseconds). */
  readonly now?: () => number
}
