export {
  type BackendClientOptions,
  type BackendKey,
  backendKey,
  createBackendClient,
} from './backend-client.js'
export type {
  Authorization,
  BaseData,
  HprEntry,
  HprLookup,
  OrganizationEntry,
  OrganizationLookup,
} from './base-data/base-data.js'
export { type RemoteBaseDataOptions, remoteBaseData } from './base-data/remote-base-data.js'
export { type AttestBindingOptions, type BindAttest, createAttestBinding } from './bind-attest.js'
export {
  type BindingStore,
  type MemoryBindingStoreOptions,
  memoryBindingStore,
} from './binding-store.js'
export type {
  Attest,
  Caller,
  Citizen,
  CitizenPurpose,
  KnownCaller,
  Professional,
  ProfessionalPurpose,
  PurposeOfUse,
  System,
  TokenFacts,
} from './caller.js'
export { attestLifeMs, claims, systems } from './claims.js'
export { createRequestVerifier, type RequestVerifierOptions } from './create-request-verifier.js'
export { trustErrors } from './error-table.js'
export { type TrustCode, TrustError, type TrustErrorOptions } from './errors.js'
export { issuerJwks } from './issuer-jwks.js'
export { fixedJwks, type Jwks, type JwksSource } from './jwks.js'
export {
  createNonceKeeper,
  type NonceAnswer,
  type NonceKeeper,
  usableNonce,
  wantsNonce,
} from './keep-nonce.js'
export {
  generateKey,
  type PrivateJwk,
  type PublicJwk,
  privateJwk,
  publicJwk,
  publicPart,
  thumbprint,
} from './keys.js'
export { createNonces, type Nonces, type NoncesOptions } from './nonces.js'
export type { OAuthClientOptions } from './oauth-client.js'
export {
  createProofSigner,
  type ProofRequest,
  type ProofSigner,
  type ProofSignerOptions,
} from './proof-signer.js'
export {
  metadataAddress,
  type ProtectedResource,
  serveMetadata,
  tellNonces,
} from './protected-resource.js'
export { type RedisCommands, redisStore } from './redis-store.js'
export { type RemoteJwksOptions, remoteJwks } from './remote-jwks.js'
export {
  type MemoryReplayStoreOptions,
  memoryReplayStore,
  type ReplayStore,
} from './replay-store.js'
export { type ServiceNoncesOptions, serviceNonces } from './service-nonces.js'
export { nonceSettings, proofProblems, proofSettings } from './settings.js'
export { openSharedStore, type SharedStore, type SharedStoreOptions } from './shared-store.js'
export {
  type MemoryTallyStoreOptions,
  memoryTallyStore,
  type Share,
  type TallyStore,
} from './tally-store.js'
export {
  createTokenClient,
  type TokenClient,
  type TokenClientOptions,
  type TokenTarget,
} from './token-client.js'
export type { AccessToken } from './token-request.js'
export {
  createUserClient,
  type PendingSignIn,
  type SignInRequest,
  type UserClient,
  type UserClientOptions,
} from './user-client.js'
export type { RequestVerifier, SignedRequest } from './verify-request.js'
