import { join, relative } from 'node:path'
import {
  databaseOf,
  type Environment,
  gatewayEnvironment,
  identityEnvironment,
  type Listener,
  nodeEnvironment,
  privacyEnvironment,
  registryEnvironment,
} from '@kilde/demo/network'
import { type ContainersPlan, organizationsAt, STATE } from './plan.js'

/** Where a container finds its settings and its certificate: read-only. */
export const GIVEN = '/run/kilde'

/** Where the node of whoever runs the gateways finds their volumes. */
const GATEWAYS = { 1: '/gateways/1', 2: '/gateways/2' }

/** Every setting of a service in its container. */
export function settingsOf(containers: ContainersPlan, listener: Listener): Environment {
  const { plan } = containers
  return {
    ...ownSettings(containers, listener),
    KILDE_PUBLIC_URL: plan.urls?.[listener] ?? '',
    KILDE_TLS_CERTIFICATE_PATH: `${GIVEN}/tls.crt`,
    KILDE_TLS_KEY_PATH: `${GIVEN}/tls.key`,
    KILDE_LOG_LEVEL: 'info',
    // The load balancer asks every second, and takes two refusals.
    ...(listener === 'gateway' && { KILDE_DRAIN_MS: '4000' }),
    // Read where the compose file says: on a network of its own.
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_SERVICE_NAME: `kilde-${listener}`,
  }
}

function ownSettings(containers: ContainersPlan, listener: Listener): Environment {
  const { plan } = containers
  if (listener === 'identity') return identityEnvironment(plan)
  if (listener === 'registry') return registryEnvironment(plan)
  if (listener === 'privacy') {
    return {
      ...privacyEnvironment(plan, databaseUrl(containers, listener)),
      KILDE_PRIVACY_PEOPLE_AS_OF: new Date().toISOString(),
    }
  }
  if (listener === 'gateway') {
    return {
      ...gatewayEnvironment(plan),
      REDIS_URL: 'rediss://redis:6379',
      KILDE_GRAPHIQL_IN_PRODUCTION: 'on',
    }
  }
  return nodeSettings(containers, listener)
}

function nodeSettings(
  containers: ContainersPlan,
  listener: Exclude<Listener, 'identity' | 'registry' | 'privacy' | 'gateway'>,
): Environment {
  const { plan } = containers
  const url = databaseUrl(containers, listener)
  const databases = organizationsAt(plan, listener).map((key) => [databaseOf(key), url])
  const {
    DATABASE_URL: database,
    KILDE_TENANTS: tenants,
    ...settings
  } = nodeEnvironment(plan, listener, Object.fromEntries(databases))
  const { KILDE_GATEWAY_AUDIT_DIRECTORY: logs } = settings
  return {
    ...settings,
    ...(logs && { KILDE_GATEWAY_AUDIT_DIRECTORY: ofEachGateway(logs) }),
    ...(tenants && { KILDE_TENANTS: withoutDatabases(tenants) }),
    ...(database ? { DATABASE_URL: database } : { KILDE_STORE_DIRECTORY: `${STATE}/postgres` }),
  }
}

/** The folder that every gateway has in its volume, as the operator's node finds it. */
function ofEachGateway(folder: string): string {
  const below = relative(STATE, folder)
  const folders = Object.entries(GATEWAYS).map(([name, volume]) => [name, join(volume, below)])
  return JSON.stringify(Object.fromEntries(folders))
}

/** Tenants of a hosted node keep embedded databases, each its own. */
function withoutDatabases(tenants: string): string {
  const all: unknown = JSON.parse(tenants)
  return JSON.stringify(all, (name, value: unknown) => (name === 'databaseUrl' ? undefined : value))
}

/** Empty where the service has no database server beside it. */
function databaseUrl({ databases }: ContainersPlan, listener: Listener): string {
  const password = databases[listener]
  return password ? `postgresql://kilde:${password}@${listener}-db:5432/kilde` : ''
}
