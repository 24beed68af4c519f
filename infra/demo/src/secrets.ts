import { randomBytes } from 'node:crypto'
import {
  type OrganizationKey,
  operator as operatorOrganization,
  organizations,
} from '@kilde/people'
import { generateKey, type PrivateJwk } from '@kilde/trust'

/** Every key of one network, made anew for each: nothing of the demo's is known to anybody else. */
export interface Secrets {
  /** By client id. */
  readonly clients: Readonly<Record<string, PrivateJwk>>
  /** Signs tokens of the stand-in for HelseID. */
  readonly issuer: PrivateJwk
  /** Signs the registry's state. */
  readonly registry: PrivateJwk
  /** Signs what the privacy service sends to nodes. */
  readonly privacy: PrivateJwk
  /** Sign the organisations' answers. */
  readonly pages: Readonly<Record<OrganizationKey, PrivateJwk>>
  /** 32 bytes in base64url, by use. */
  readonly symmetric: Readonly<Record<SymmetricUse, string>>
}

export type SymmetricUse =
  | 'gatewayAudit'
  | 'cursor'
  | 'privacyAudit'
  | 'privacyStore'
  | 'privacyNode'
  | `audit-${OrganizationKey | 'operator'}`
  | `digest-${OrganizationKey | 'operator'}`
  | `store-${OrganizationKey | 'operator'}`

export const clientIds = {
  gateway: 'kilde-gateway',
  cli: 'kilde-cli',
  graphiql: 'kilde-graphiql',
  admin: 'kilde-admin',
  privacy: 'kilde-privacy',
  operator: `kilde-node-${operatorOrganization.number}`,
  node: (organization: OrganizationKey) => `kilde-node-${organizations[organization].number}`,
  ingest: (organization: OrganizationKey) => `kilde-ingest-${organizations[organization].number}`,
} as const

export async function createSecrets(): Promise<Secrets> {
  const keys = Object.keys(organizations) as OrganizationKey[]
  const { node, ingest, ...single } = clientIds
  const ids = [...Object.values(single), ...keys.map(node), ...keys.map(ingest)]
  const clients = await Promise.all(ids.map(async (id) => [id, await generateKey()] as const))
  const uses: SymmetricUse[] = [
    'gatewayAudit',
    'cursor',
    'privacyAudit',
    'privacyStore',
    'privacyNode',
    ...([...keys, 'operator'] as const).flatMap(
      (key) => [`audit-${key}`, `digest-${key}`, `store-${key}`] as const,
    ),
  ]
  const pages = await Promise.all(keys.map(async (key) => [key, await generateKey()] as const))
  const secret = () => randomBytes(32).toString('base64url')
  return {
    clients: Object.fromEntries(clients),
    issuer: await generateKey(),
    registry: await generateKey(),
    privacy: await generateKey(),
    pages: Object.fromEntries(pages) as Record<OrganizationKey, PrivateJwk>,
    symmetric: Object.fromEntries(uses.map((use) => [use, secret()])) as Record<
      SymmetricUse,
      string
    >,
  }
}
