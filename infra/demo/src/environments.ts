import { join } from 'node:path'
import { publicKeysOf } from '@kilde/catalogue'
import { type OrganizationKey, operator, organizations } from '@kilde/people'
import { deriveNodeKey } from '@kilde/privacy'
import { type PrivateJwk, publicPart } from '@kilde/trust'
import { basePeople } from './base-people.js'
import { graphiqlExamples } from './examples.js'
import type { NodeListener, Ports } from './ports.js'
import { clientIds, type Secrets } from './secrets.js'

/** What every service of one network is configured from. */
export interface Plan {
  readonly host: string
  readonly ports: Ports
  /** Folder for what the services keep. */
  readonly directory: string
  readonly secrets: Secrets
  readonly organizations: readonly OrganizationKey[]
  /** Those that answer only what the requester has signed. Default: none. */
  readonly signed?: readonly OrganizationKey[]
  /** Lets `kilde doctor` look at the parts of every service. Default: nobody. */
  readonly healthToken?: string
  /** Addresses by which services call each other, where they are not on one host. */
  readonly urls?: Readonly<Partial<Record<keyof Ports, string>>>
  /** Addresses of nodes that the registry knows, where they are not those listened on. */
  readonly publicUrls?: Readonly<Partial<Record<NodeListener, string>>>
}

export type Environment = Readonly<Record<string, string>>

export const urlOf = ({ host, ports, urls }: Plan, listener: keyof Ports): string =>
  urls?.[listener] ?? `http://${host}:${ports[listener]}`

/** Where the commands' sign-in ends: never fetched, so nothing needs to listen there. */
export const cliRedirectUri = 'http://127.0.0.1/kilde/signed-in'

export function identityEnvironment(plan: Plan): Environment {
  return {
    ...common(plan, 'identity'),
    KILDE_CLIENTS: JSON.stringify(clientsOf(plan)),
    KILDE_CLIENTS_DIRECTORY: clientsDirectory(plan),
    KILDE_SIGNING_KEY: JSON.stringify(plan.secrets.issuer),
  }
}

/** Where clients are registered while the network runs: those of organisations that join. */
export const clientsDirectory = ({ directory }: Plan): string => join(directory, 'clients')

export function registryEnvironment(plan: Plan): Environment {
  return {
    ...common(plan, 'registry'),
    KILDE_ISSUER: urlOf(plan, 'identity'),
    KILDE_REGISTRY_DIRECTORY: join(plan.directory, 'registry'),
    KILDE_REGISTRY_KEY: JSON.stringify(plan.secrets.registry),
  }
}

/** @param databaseUrl of the service alone */
export function privacyEnvironment(plan: Plan, databaseUrl: string): Environment {
  const { privacy, symmetric } = plan.secrets
  return {
    ...common(plan, 'privacy'),
    ...follows(plan, clientIds.privacy),
    DATABASE_URL: databaseUrl,
    KILDE_PRIVACY_STORE_KEY: symmetric.privacyStore,
    KILDE_PRIVACY_NODE_KEY: symmetric.privacyNode,
    KILDE_PRIVACY_KEY: JSON.stringify(privacy),
    KILDE_PRIVACY_PEOPLE: JSON.stringify(basePeople),
    KILDE_AUDIT_DIRECTORY: join(plan.directory, 'audit', 'privacy'),
    KILDE_AUDIT_KEY: symmetric.privacyAudit,
  }
}

/** Of several organisations that are hosted together, the one whose client the node uses: the supplier of the others. */
export function hostOf(plan: Pick<Plan, 'organizations'>, key: OrganizationKey): OrganizationKey {
  return plan.organizations.find((one) => listenerOf(one) === listenerOf(key)) ?? key
}

export function gatewayEnvironment(plan: Plan): Environment {
  const { secrets } = plan
  return {
    ...common(plan, 'gateway'),
    ...follows(plan, clientIds.gateway),
    ...baseData(plan),
    KILDE_CURSOR_KEY: secrets.symmetric.cursor,
    KILDE_AUDIT_DIRECTORY: join(plan.directory, 'audit', 'gateway'),
    KILDE_AUDIT_KEY: secrets.symmetric.gatewayAudit,
    KILDE_GRAPHIQL_CLIENT_KEY: JSON.stringify(keyOf(secrets, clientIds.graphiql)),
    KILDE_GRAPHIQL_EXAMPLES: JSON.stringify(graphiqlExamples()),
  }
}

/** @param databases connection URL by name */
export function nodeEnvironment(
  plan: Plan,
  listener: NodeListener,
  databases: Readonly<Record<string, string>>,
): Environment {
  if (listener === 'operator') return operatorEnvironment(plan, databases)
  const tenants = plan.organizations.filter((key) => listenerOf(key) === listener)
  const [first] = tenants
  if (!first) throw new Error(`no organisation at ${listener}`)
  const all = tenants.map((key) => tenantOf(plan, key, databases[databaseOf(key)] ?? ''))
  return {
    ...common(plan, listener),
    ...follows(plan, clientIds.node(first)),
    ...followsPrivacy(
      plan,
      tenants.map((key) => organizations[key].number),
    ),
    ...baseData(plan),
    KILDE_PUBLIC_URL: plan.publicUrls?.[listener] ?? urlOf(plan, listener),
    KILDE_AUDIT_DIRECTORY: join(plan.directory, 'audit', listener),
    ...(listener === 'hosted' ? { KILDE_TENANTS: JSON.stringify(all) } : aloneAt(all[0])),
  }
}

/** The node of whoever runs the gateway: it reads the gateway's logs, and has no patients of its own. */
function operatorEnvironment(plan: Plan, databases: Readonly<Record<string, string>>): Environment {
  const { secrets } = plan
  const gateway = gatewayEnvironment(plan)
  return {
    ...common(plan, 'operator'),
    ...follows(plan, clientIds.operator),
    ...followsPrivacy(plan, [operator.number]),
    KILDE_PUBLIC_URL: operatorEndpoint(plan),
    KILDE_AUDIT_DIRECTORY: join(plan.directory, 'audit', 'operator'),
    KILDE_ORGANIZATION: operator.number,
    DATABASE_URL: databases[operatorDatabase] ?? '',
    KILDE_AUDIT_KEY: secrets.symmetric['audit-operator'],
    KILDE_DIGEST_KEY: secrets.symmetric['digest-operator'],
    KILDE_STORE_KEY: secrets.symmetric['store-operator'],
    KILDE_GATEWAY_AUDIT_DIRECTORY: gateway['KILDE_AUDIT_DIRECTORY'] ?? '',
    KILDE_GATEWAY_AUDIT_KEY: secrets.symmetric.gatewayAudit,
  }
}

function tenantOf({ secrets, signed }: Plan, key: OrganizationKey, databaseUrl: string) {
  return {
    number: organizations[key].number,
    databaseUrl,
    auditKey: secrets.symmetric[`audit-${key}`],
    digestKey: secrets.symmetric[`digest-${key}`],
    storeKey: secrets.symmetric[`store-${key}`],
    pageKey: secrets.pages[key],
    requestSignature: signed?.includes(key) ? 'REQUESTER' : 'GATEWAY',
  }
}

function aloneAt(tenant: ReturnType<typeof tenantOf> | undefined): Environment {
  if (!tenant) return {}
  return {
    KILDE_ORGANIZATION: tenant.number,
    DATABASE_URL: tenant.databaseUrl,
    KILDE_AUDIT_KEY: tenant.auditKey,
    KILDE_DIGEST_KEY: tenant.digestKey,
    KILDE_STORE_KEY: tenant.storeKey,
    KILDE_PAGE_KEY: JSON.stringify(tenant.pageKey),
    KILDE_REQUEST_SIGNATURE: tenant.requestSignature,
  }
}

function common(plan: Plan, listener: keyof Ports): Environment {
  const { host, ports, healthToken } = plan
  const operated = healthToken === undefined ? {} : { KILDE_HEALTH_TOKEN: healthToken }
  return {
    KILDE_HOST: host,
    KILDE_PORT: `${ports[listener]}`,
    KILDE_LOG_LEVEL: 'warn',
    ...operated,
  }
}

/** Stand-ins for the registers of health personnel and organisations, beside the one for HelseID. */
function baseData(plan: Plan): Environment {
  return { KILDE_BASE_DATA_URL: `${urlOf(plan, 'identity')}/base-data` }
}

/** A client of the issuer that follows the registry. */
function follows(plan: Plan, clientId: string): Environment {
  return {
    KILDE_ISSUER: urlOf(plan, 'identity'),
    KILDE_CLIENT_ID: clientId,
    KILDE_CLIENT_KEY: JSON.stringify(keyOf(plan.secrets, clientId)),
    KILDE_REGISTRY_URL: urlOf(plan, 'registry'),
    KILDE_REGISTRY_KEYS: JSON.stringify(publicKeysOf(plan.secrets.registry)),
  }
}

/** Each organisation's copies of patients' settings have a key of their own. */
function followsPrivacy(plan: Plan, numbers: readonly string[]): Environment {
  const { privacy, symmetric } = plan.secrets
  const master = Buffer.from(symmetric.privacyNode, 'base64url')
  const keys = numbers.map((number) => [
    number,
    Buffer.from(deriveNodeKey(master, number)).toString('base64url'),
  ])
  return {
    KILDE_PRIVACY_URL: urlOf(plan, 'privacy'),
    KILDE_PRIVACY_KEYS: JSON.stringify(publicKeysOf(privacy)),
    KILDE_PRIVACY_NODE_KEYS: JSON.stringify(Object.fromEntries(keys)),
  }
}

export function keyOf(secrets: Secrets, clientId: string): PrivateJwk {
  const key = secrets.clients[clientId]
  if (!key) throw new Error(`no key for ${clientId}`)
  return key
}

function clientsOf(plan: Plan): readonly object[] {
  const client = (clientId: string, kind: string, name: string, more: object = {}) => ({
    clientId,
    kind,
    name,
    publicJwk: publicPart(keyOf(plan.secrets, clientId)),
    ...more,
  })
  const gateway = urlOf(plan, 'gateway')
  return [
    client(clientIds.gateway, 'gateway', 'Kilde gateway'),
    client(clientIds.admin, 'admin', 'Kilde administration'),
    client(clientIds.privacy, 'follower', 'Kilde privacy service'),
    client(clientIds.operator, 'node', `${operator.name}: node`, { organization: operator.number }),
    client(clientIds.cli, 'user', 'Kilde commands', { redirectUris: [cliRedirectUri] }),
    client(clientIds.graphiql, 'user', 'GraphiQL', {
      redirectUris: [`${gateway}/graphiql/callback`],
    }),
    ...plan.organizations.flatMap((key) => {
      const { number: organization, name } = organizations[key]
      return [
        client(clientIds.node(key), 'node', `${name}: node`, { organization }),
        client(clientIds.ingest(key), 'ingest', `${name}: journal`, { organization }),
      ]
    }),
  ]
}

/** Which process answers for an organisation. */
export function listenerOf(organization: OrganizationKey): NodeListener {
  return organization === 'homeCare' || organization === 'rehabilitation' ? 'hosted' : organization
}

/** Database of the privacy service. */
export const PRIVACY_DATABASE = 'privacy'

export const operatorDatabase = `organization_${operator.number}`

export const operatorEndpoint = (plan: Plan): string =>
  plan.publicUrls?.operator ?? urlOf(plan, 'operator')

export const databaseOf = (organization: OrganizationKey): string =>
  `organization_${organizations[organization].number}`

/** Base URL of an organisation: at a node of its own the node's, at a hosted node a path below it. */
export function endpointOf(plan: Plan, organization: OrganizationKey): string {
  const listener = listenerOf(organization)
  const base = plan.publicUrls?.[listener] ?? urlOf(plan, listener)
  return listener === 'hosted' ? `${base}/${organizations[organization].number}` : base
}
