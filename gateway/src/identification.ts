import type { Logger, Server } from '@kilde/service'
import {
  type BindAttest,
  createAttestBinding,
  createRequestVerifier,
  issuerJwks,
  metadataAddress,
  openSharedStore,
  type ProtectedResource,
  type RequestVerifier,
  remoteBaseData,
  type SharedStore,
  serveMetadata,
  serviceNonces,
  tellNonces,
} from '@kilde/trust'
import type { GatewayConfig } from './config.js'

/** What tells who sends a request. */
export interface Identification {
  readonly verifier: RequestVerifier
  /** Holds attests to one patient each. */
  readonly bindAttest: BindAttest
  /** What all replicas know together. */
  readonly store: SharedStore
  /** Adds what clients need to get it right: metadata, and nonces where they are wanted. */
  addTo(server: Server): void
}

export type IdentificationConfig = Pick<
  GatewayConfig,
  | 'KILDE_ISSUER'
  | 'KILDE_AUDIENCE'
  | 'KILDE_CLOCK_SKEW_SECONDS'
  | 'KILDE_PROOF_SECONDS'
  | 'KILDE_DPOP_NONCE'
  | 'KILDE_BASE_DATA_URL'
  | 'REDIS_URL'
>

export interface IdentificationParts {
  readonly graphqlUrl: string
  /** Secret that all replicas share. */
  readonly secret: Uint8Array
  readonly logger: Logger
  readonly now: () => number
}

const SCOPE = 'kilde:gateway/read'

/** Who may ask: health personnel with an attest, and citizens, by HelseID's profile. */
export function createIdentification(
  config: IdentificationConfig,
  { graphqlUrl, secret, logger, now }: IdentificationParts,
): Identification {
  const { KILDE_ISSUER: issuer, KILDE_AUDIENCE: audience, REDIS_URL: redisUrl } = config
  const { KILDE_BASE_DATA_URL: baseDataUrl } = config
  const store = openSharedStore({ redisUrl, name: audience, logger, now })
  const wanted = config.KILDE_DPOP_NONCE === 'on'
  // Without a store that outlives the process, the nonces must not outlive it either.
  const nonces = serviceNonces({ wanted, shared: redisUrl === undefined ? undefined : secret, now })
  const resource: ProtectedResource = {
    ...{ url: graphqlUrl, name: 'Kilde', issuer, scopes: [SCOPE], attest: true },
  }
  const resourceMetadata = metadataAddress(graphqlUrl)
  return {
    store,
    bindAttest: createAttestBinding({ store, audience, now, resourceMetadata }),
    verifier: createRequestVerifier({
      issuer,
      audience,
      keys: issuerJwks(issuer),
      replay: store,
      now,
      ...(nonces && { nonces }),
      ...(baseDataUrl && { baseData: remoteBaseData(baseDataUrl, { now }) }),
      clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
      proofLifeSeconds: config.KILDE_PROOF_SECONDS,
      resourceMetadata,
      requiredScope: SCOPE,
      accept: ['professional', 'citizen'],
      minimumSecurityLevel: 4,
    }),
    addTo(server) {
      tellNonces(server, nonces)
      serveMetadata(server, resource)
    },
  }
}
