import { type Persona, personas } from '@kilde/people'
import {
  type Logger,
  operationSettings,
  readConfig,
  silentLogger,
  telemetrySettings,
} from '@kilde/service'
import {
  createProofSigner,
  createRequestVerifier,
  createTokenClient,
  createUserClient,
  generateKey,
  issuerJwks,
  memoryReplayStore,
  type PrivateJwk,
  publicPart,
  type RequestVerifierOptions,
  type SignInRequest,
} from '@kilde/trust'
import {
  type AlterToken,
  attestRequest,
  createIdentity,
  type IdentityConfig,
  type RegisteredClient,
  tokenAs,
} from '../src/index.js'

export const redirectUri = 'http://127.0.0.1:9/callback'
export const gateway = { audience: 'kilde:gateway', scope: 'kilde:gateway/read' } as const
export const organization = {
  audience: 'kilde:organization:310000108',
  scope: 'kilde:organization/read',
} as const

const registered = [
  { clientId: 'kilde-cli', kind: 'user', name: 'Kilde command line', redirectUris: [redirectUri] },
  { clientId: 'kilde-gateway', kind: 'gateway', name: 'Kilde gateway' },
  { clientId: 'kilde-admin', kind: 'admin', name: 'Kilde administration' },
  {
    clientId: 'kilde-node-310000108',
    kind: 'node',
    name: 'Solvik node',
    organization: '310000108',
  },
  {
    clientId: 'kilde-ingest-310000108',
    kind: 'ingest',
    name: 'Solvik ingest',
    organization: '310000108',
  },
] as const

export type ClientId = (typeof registered)[number]['clientId']

/** The stand-in on a free port, with its clients and their keys. */
export async function startNetwork(
  o: { alterToken?: AlterToken; config?: Partial<IdentityConfig>; logger?: Logger } = {},
) {
  const keys = new Map<string, PrivateJwk>()
  const clients: RegisteredClient[] = []
  for (const { ...client } of registered) {
    const key = await generateKey()
    keys.set(client.clientId, key)
    const redirectUris = 'redirectUris' in client ? [...client.redirectUris] : undefined
    clients.push({ ...client, redirectUris, publicJwk: publicPart(key) })
  }
  const config: IdentityConfig = {
    ...readConfig({ ...operationSettings, ...telemetrySettings }, {}),
    KILDE_HOST: '127.0.0.1',
    KILDE_PORT: 0,
    KILDE_TLS_CERTIFICATE_PATH: undefined,
    KILDE_TLS_KEY_PATH: undefined,
    KILDE_PUBLIC_URL: undefined,
    KILDE_CLIENTS: clients,
    KILDE_CLIENTS_DIRECTORY: undefined,
    KILDE_PERSONS: [],
    KILDE_TOKEN_SECONDS: 600,
    KILDE_SIGNING_KEY: undefined,
    KILDE_KEY_OVERLAP_SECONDS: 3600,
    KILDE_LOG_LEVEL: 'info',
    NODE_ENV: 'test',
    ...o.config,
  }
  const identity = await createIdentity(config, {
    logger: o.logger ?? silentLogger,
    ...(o.alterToken && { alterToken: o.alterToken }),
  })
  const { issuer } = identity
  const keyOf = (clientId: ClientId): PrivateJwk => {
    const key = keys.get(clientId)
    if (!key) throw new Error(clientId)
    return key
  }
  const proofKey = await generateKey()
  const userClient = createUserClient({
    issuer,
    clientId: 'kilde-cli',
    clientKey: keyOf('kilde-cli'),
    redirectUri,
  })
  const proof = createProofSigner(proofKey)
  return {
    identity,
    issuer,
    keyOf,
    proof,
    userClient,
    machine: (clientId: ClientId) =>
      createTokenClient({ issuer, clientId, clientKey: keyOf(clientId) }),
    /** Signs in as a persona with the attest that is its own. */
    signIn: (persona: Persona, change: Partial<SignInRequest> = {}) => {
      const attest = attestRequest(persona)
      const request = { ...gateway, ...(attest && { authorizationDetails: [attest] }), ...change }
      return tokenAs({ client: userClient, redirectUri, persona: persona.key, proof, request })
    },
    verifier: (change: Partial<RequestVerifierOptions> = {}) =>
      createRequestVerifier({
        issuer,
        audience: gateway.audience,
        keys: issuerJwks(issuer),
        replay: memoryReplayStore(),
        requiredScope: gateway.scope,
        accept: ['professional', 'citizen'],
        ...change,
      }),
  }
}

export type Network = Awaited<ReturnType<typeof startNetwork>>

export function persona(key: string): Persona {
  const found = personas.find((one) => one.key === key)
  if (!found) throw new Error(key)
  return found
}

export function decode(token: string): { header: Json; payload: Json } {
  const [header = '', payload = ''] = token.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json
  return { header: read(header), payload: read(payload) }
}

type Json = Record<string, unknown>
