import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publicKeysOf } from '@kilde/catalogue'
import { organizations, type PatientKey, patients, personas } from '@kilde/people'
import type { Chart } from '@kilde/population'
import type { PrivateJwk } from '@kilde/trust'
import { writeAuditKeys } from './audit-keys.js'
import type { ClientFile, DemoFile, Joining } from './demo-file.js'
import {
  clientsDirectory,
  cliRedirectUri,
  endpointOf,
  keyOf,
  listenerOf,
  type Plan,
  urlOf,
} from './environments.js'
import type { Network } from './network.js'
import { listeners } from './ports.js'
import { clientIds } from './secrets.js'

export type Charts = Readonly<Record<PatientKey, Chart>>

/** What the commands read of a network, with its keys written beside it. */
export async function describe(
  plan: Plan,
  { services }: Pick<Network, 'services'>,
  charts: Charts,
): Promise<DemoFile> {
  const key = (clientId: string) => writeKey(plan, clientId)
  return {
    startedAt: new Date().toISOString(),
    gateway: urlOf(plan, 'gateway'),
    identity: urlOf(plan, 'identity'),
    registry: urlOf(plan, 'registry'),
    privacy: urlOf(plan, 'privacy'),
    pid: process.pid,
    services: listeners.flatMap((name) => {
      const service = services[name]
      return service ? [{ name, url: service.url, pid: service.pid }] : []
    }),
    personas: personas.map(({ key, name, about }) => ({ key, name, about })),
    organizations: await Promise.all(
      plan.organizations.map(async (organization) => ({
        key: organization,
        number: organizations[organization].number,
        name: organizations[organization].name,
        address: endpointOf(plan, organization),
        audience: `kilde:organization:${organizations[organization].number}`,
        pid: services[listenerOf(organization)]?.pid ?? 0,
        ingest: await key(clientIds.ingest(organization)),
      })),
    ),
    patients: Object.entries(patients).map(([name, patient]) => ({
      key: name as PatientKey,
      identifier: patient.identifier,
      name: patient.name,
      story: patient.story,
      organizations: patient.organizations.map((one) => organizations[one].number),
      rows: rowsOf(charts[name as PatientKey]),
    })),
    clients: {
      cli: { ...(await key(clientIds.cli)), redirectUri: cliRedirectUri },
      admin: await key(clientIds.admin),
    },
    issuerKeyFile: await writeJwk(plan, 'issuer', plan.secrets.issuer),
    joining: await describeJoining(plan),
    ...(await describeOperator(plan)),
    audit: { keyFile: await writeAuditKeys(plan) },
  }
}

async function describeOperator({
  directory,
  healthToken,
}: Plan): Promise<Pick<DemoFile, 'operator'>> {
  if (healthToken === undefined) return {}
  const healthTokenFile = join(directory, 'keys', 'health-token')
  await writeFile(healthTokenFile, healthToken, { mode: 0o600 })
  return { operator: { healthTokenFile } }
}

async function describeJoining(plan: Plan): Promise<Joining> {
  const { registry, privacy, symmetric } = plan.secrets
  await mkdir(clientsDirectory(plan), { recursive: true, mode: 0o700 })
  const privacyNodeKeyFile = join(plan.directory, 'keys', 'privacy-node-key')
  await writeFile(privacyNodeKeyFile, symmetric.privacyNode, { mode: 0o600 })
  return {
    clientsDirectory: clientsDirectory(plan),
    registryKeys: publicKeysOf(registry),
    privacyKeys: publicKeysOf(privacy),
    privacyNodeKeyFile,
  }
}

function rowsOf(chart: Chart): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...chart].map(([key, observations]) => [
      organizations[key].number,
      // A later version of a row is the same row.
      new Set(observations.map(({ id }) => id)).size,
    ]),
  )
}

async function writeKey(plan: Plan, clientId: string): Promise<ClientFile> {
  return { clientId, keyFile: await writeJwk(plan, clientId, keyOf(plan.secrets, clientId)) }
}

async function writeJwk({ directory }: Plan, name: string, key: PrivateJwk): Promise<string> {
  const keyFile = join(directory, 'keys', `${name}.json`)
  await writeFile(keyFile, JSON.stringify(key), { mode: 0o600 })
  return keyFile
}
