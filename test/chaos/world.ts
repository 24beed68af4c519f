import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FaultProxy, startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { type OrganizationKey, organizations, patients } from '@kilde/people'
import { Service } from './service.js'

/** Organisations that hold rows, each with a node that is a process of its own, behind a connection that can be spoilt. */
export const holders = ['municipality', 'hospital', 'gp'] as const
export type Holder = (typeof holders)[number]

/** Whose rows are asked for. */
export const patient = patients.copd
export const ROWS_EACH = 20

/** How long a source may take (milliseconds): what is paused for longer is given up. */
const SOURCE_MS = 1_500
const MANY = '0'

export interface World {
  readonly network: TestNetwork
  readonly services: Readonly<Record<Holder | 'gateway', Service>>
  readonly proxies: Readonly<Record<Holder, FaultProxy>>
  /** Where logs lie, and what opens them. */
  readonly places: readonly {
    readonly service: Holder | 'gateway'
    readonly directory: string
    readonly key: Buffer
  }[]
  stop(): Promise<void>
}

const audited = ['gateway', ...holders] as const

/** The demo's network with data at three organisations; gateway and their nodes are processes, everything else is in this one. */
export async function startWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'kilde-chaos-'))
  const keys = new Map(audited.map((name) => [name, randomBytes(32)] as const))
  const services = new Map<string, Service>()
  const isProcess = (name: string): name is Holder | 'gateway' =>
    (audited as readonly string[]).includes(name)
  const network = await startTestNetwork({
    organizations: holders,
    faults: holders,
    data: { patient, organizations: holders, rows: ROWS_EACH * holders.length, until: new Date() },
    launcher: (own) => ({
      ...own,
      start: async (listener, environment) => {
        if (!isProcess(listener)) return own.start(listener, environment)
        const key = keys.get(listener)?.toString('base64url') ?? ''
        const settings = { ...environment, ...settingsOf(listener), KILDE_AUDIT_KEY: key }
        const program = listener === 'gateway' ? 'gateway' : 'node'
        const service = new Service(program, settings, join(directory, `${listener}.log`))
        services.set(listener, service)
        return service.start()
      },
    }),
  })
  return {
    network,
    services: allOf(audited, (name) => services.get(name)),
    proxies: allOf(holders, (name) => network.faults[name]),
    places: audited.map((service) => ({
      service,
      directory: join(network.directory, 'audit', service),
      key: keys.get(service) ?? Buffer.alloc(0),
    })),
    stop: async () => {
      await network.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** As many as come; sources are given up early, so that what is late is seen often. */
const settingsOf = (name: Holder | 'gateway'): Readonly<Record<string, string>> =>
  name === 'gateway'
    ? {
        KILDE_SOURCE_TIMEOUT_MS: `${SOURCE_MS}`,
        KILDE_SOURCE_CONNECT_MS: '1000',
        KILDE_REQUEST_TIMEOUT_MS: '8000',
        KILDE_RATE_REQUESTER_PER_MINUTE: MANY,
        KILDE_RATE_ORGANIZATION_PER_MINUTE: MANY,
        KILDE_RATE_REQUESTER_AT_ONCE: MANY,
        KILDE_RATE_PATIENTS_PER_MINUTE: MANY,
      }
    : {}

function allOf<Name extends string, Value>(
  names: readonly Name[],
  find: (name: Name) => Value | undefined,
): Readonly<Record<Name, Value>> {
  const found = names.map((name) => {
    const value = find(name)
    if (value === undefined) throw new Error(`${name} was not started`)
    return [name, value] as const
  })
  return Object.fromEntries(found) as Record<Name, Value>
}

export const numberOf = (key: OrganizationKey): string => organizations[key].number
