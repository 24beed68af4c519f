export { clientList, type RegisteredClient } from './clients.js'
export { createIdentity, type IdentityOptions, type RunningIdentity } from './compose.js'
export { IdentityError, identityErrors } from './errors.js'
export { type IdentityConfig, identitySettings } from './settings.js'
export {
  type AttestRequest,
  attestRequest,
  type SignInAsOptions,
  signInAs,
  tokenAs,
} from './sign-in.js'
export type { AlterToken } from './token-content.js'
