import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type OrganizationKey,
  organizations,
  type PatientKey,
  patients,
  personas,
} from '@kilde/people'
import { bundlesOf, type Chart, demoCharts } from '@kilde/population'
import type { PrivateJwk } from '@kilde/trust'
import { writeAuditKeys } from './audit-keys.js'
import { type ClientFile, type DemoFile, writeDemoFile } from './demo-file.js'
import { cliRedirectUri, endpointOf, keyOf, listenerOf, type Plan, urlOf } from './environments.js'
import { loadPatients } from './load-patients.js'
import { loadStories } from './load-stories.js'
import { bringUp, type Network } from './network.js'
import { listeners, portsFrom, requireFreePorts } from './ports.js'
import { processLauncher } from './process-launcher.js'
import { clientIds, createSecrets } from './secrets.js'

export interface DemoOptions {
  /** First port (1,024 to 65,000); the others follow from it. */
  readonly portBase: number
  /** Folder of the demo: keys, logs, access logs, data, `demo.json`. What an earlier demo left there is removed. */
  readonly directory: string
  /** Takes one line for each step. */
  readonly log: (line: string) => void
  /** Start only these organisations. Default: all. */
  readonly only?: readonly OrganizationKey[]
}

export interface Demo {
  readonly file: DemoFile
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts the demo network as processes, loads its data and writes `demo.json`.
 * @throws DemoError `PORT_IN_USE`, `SERVICE_NOT_STARTED`, `LOAD_FAILED`
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { directory, log } = options
  const ports = portsFrom(options.portBase)
  await requireFreePorts(ports, HOST)
  await prepare(directory)
  const all = Object.keys(organizations) as OrganizationKey[]
  const plan: Plan = {
    host: HOST,
    ports,
    directory,
    secrets: await createSecrets(),
    organizations: all.filter((key) => options.only?.includes(key) ?? true),
  }
  let running = false
  const launcher = processLauncher({
    logs: join(directory, 'logs'),
    storeDirectory: join(directory, 'postgres'),
    onEnd: (name, reason) => running && log(`${name} has ended (${reason})`),
  })
  const network = await bringUp(plan, launcher, log)
  running = true
  const stop = async (): Promise<void> => {
    running = false
    await rm(join(directory, 'demo.json'), { force: true })
    await network.stop()
  }
  try {
    const now = new Date()
    const charts = demoCharts(now)
    await loadPatients(plan.organizations, network, now)
    await loadStories(plan.organizations, network, now)
    await load(plan, network, charts, log)
    const file = await describe(plan, network, charts)
    await writeDemoFile(directory, file)
    return { file, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The database server stays where it is (making it takes seconds); its databases are made anew. */
async function prepare(directory: string): Promise<void> {
  // Not 0700: the database server may run as another user, who has to get through. What is secret keeps itself closed.
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const old = ['demo.json', 'keys', 'logs', 'audit', 'registry', 'nodes']
  for (const name of old) await rm(join(directory, name), { recursive: true, force: true })
  for (const name of ['keys', 'logs']) await mkdir(join(directory, name), { mode: 0o700 })
}

type Charts = Readonly<Record<PatientKey, Chart>>

async function load(
  plan: Plan,
  network: Network,
  charts: Charts,
  log: (line: string) => void,
): Promise<void> {
  const bundles = Object.values(charts).flatMap((chart) => bundlesOf(chart))
  await Promise.all(
    plan.organizations.map(async (key) => {
      const loader = network.loaderTo(key)
      let taken = 0
      for (const { organization, bundle } of bundles) {
        if (organization === key) taken += await loader.load(bundle)
      }
      log(`${organizations[key].name} took ${taken} observations`)
    }),
  )
}

async function describe(plan: Plan, network: Network, charts: Charts): Promise<DemoFile> {
  const key = (clientId: string) => writeKey(plan, clientId)
  const { services } = network
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
    audit: { keyFile: await writeAuditKeys(plan) },
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
