export { createRegistryAdmin, type RegistryAdmin, type RegistryAdminOptions } from './admin.js'
export { problemsOf } from './consistency.js'
export { maySupply } from './delegation.js'
export { CatalogueError, catalogueErrors } from './errors.js'
export { createFollower, type Follower, type FollowerOptions } from './follower.js'
export type { CurrentState } from './holding.js'
export { loadState } from './load-state.js'
export { groundFor, type LocatedProvider, locateProviders, type ProviderQuery } from './locate.js'
export { type Lookup, lookupOf } from './lookup.js'
export { type AddressRules, addressFault, leadsElsewhere } from './node-address.js'
export { isOrganizationNumber, OrganizationNumber } from './organization-number.js'
export { checkAddresses, checkContent, parseInput, parseStateInput } from './parse.js'
export {
  Acknowledgement,
  ChangeAnswer,
  FollowerId,
  FollowerStatus,
  followerHeader,
  RegistryOverview,
  registryAudience,
  registryPaths,
  registryScopes,
  streamEvents,
} from './protocol.js'
export { createRegistryCaller } from './registry-caller.js'
export type { RegistryContext } from './resolvers.js'
export {
  type Confirmation,
  digestOf,
  publicKeysOf,
  signConfirmation,
  signState,
  verifyState,
} from './signature.js'
export {
  Agreement,
  AgreementInput,
  audienceOf,
  CatalogueContent,
  CatalogueState,
  Membership,
  MembershipInput,
  OrganizationEntry,
  OrganizationInput,
  StateInput,
} from './state.js'
export {
  type ExecutableOptions,
  type ExecutableRegistry,
  executableRegistry,
  type RegistryRequest,
} from './subgraph.js'
