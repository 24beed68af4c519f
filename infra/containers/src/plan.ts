import { randomBytes } from 'node:crypto'
import {
  createSecrets,
  type Listener,
  listenerOf,
  listeners,
  type Plan,
  type Ports,
} from '@kilde/demo/network'
import { type OrganizationKey, organizations } from '@kilde/people'

/** Where every service listens: each has a network address of its own. */
const PORT = 8_443
/** Where services keep what they keep: the only folder that they write to. */
export const STATE = '/var/lib/kilde'

/** A network of containers: what its services are configured from, and the passwords of their databases. */
export interface ContainersPlan {
  readonly plan: Plan
  /** Password of the database server of each node that has one, by listener. */
  readonly databases: Readonly<Record<string, string>>
}

/** Nodes with a PostgreSQL of their own; the others keep an embedded one in their volume. */
const WITH_DATABASE = ['municipality', 'hospital', 'neighbour', 'privacy'] as const

export async function createPlan(): Promise<ContainersPlan> {
  const all = Object.keys(organizations) as OrganizationKey[]
  const ports = Object.fromEntries(listeners.map((name) => [name, PORT])) as unknown as Ports
  const urls = Object.fromEntries(listeners.map((name) => [name, `https://${name}:${PORT}`]))
  const secret = () => randomBytes(24).toString('hex')
  return {
    plan: {
      ...{ host: '0.0.0.0', ports, urls, directory: STATE, organizations: all },
      secrets: await createSecrets(),
      healthToken: secret(),
    },
    databases: Object.fromEntries(WITH_DATABASE.map((name) => [name, secret()])),
  }
}

/** The organisations that one node answers for. */
export const organizationsAt = (
  { organizations: all }: Plan,
  node: Listener,
): readonly OrganizationKey[] => all.filter((key) => listenerOf(key) === node)
