import { createServer } from 'node:net'
import { freePort } from '@kilde/service'
import { DemoError } from './errors.js'

/**
 * Processes that listen, in the order in which they start. `hosted` holds two small organisations; `operator` is the node of the
 * organisation that runs the gateway, and answers for its log.
 */
export const listeners = [
  'identity',
  'registry',
  'privacy',
  'municipality',
  'hospital',
  'gp',
  'neighbour',
  'hosted',
  'operator',
  'gateway',
] as const
export type Listener = (typeof listeners)[number]
/** Those that are nodes of organisations. */
export type NodeListener = Exclude<Listener, 'identity' | 'registry' | 'privacy' | 'gateway'>
export type Ports = Readonly<Record<Listener, number>>

/** The addresses of design.md §6: a public interface. */
export function portsFrom(base: number): Ports {
  return {
    gateway: base,
    identity: base + 100,
    registry: base + 200,
    privacy: base + 300,
    municipality: base + 401,
    hospital: base + 402,
    gp: base + 403,
    neighbour: base + 404,
    hosted: base + 405,
    operator: base + 400,
  }
}

/** A free port for each, for tests. */
export async function anyPorts(host: string): Promise<Ports> {
  const ports = new Set<number>()
  while (ports.size < listeners.length) ports.add(await freePort(host))
  const found = [...ports]
  return Object.fromEntries(listeners.map((name, at) => [name, found[at]])) as Ports
}

/** @throws DemoError `PORT_IN_USE`, naming every port that is taken and whose it would be */
export async function requireFreePorts(ports: Ports, host: string): Promise<void> {
  const free = await Promise.all(listeners.map((name) => isFree(ports[name], host)))
  const taken = listeners.filter((_, at) => !free[at])
  if (taken.length === 0) return
  const names = taken.map((name) => `${ports[name]} (${name})`)
  const which = names.length === 1 ? `Port ${names[0]} is` : `Ports ${names.join(', ')} are`
  throw new DemoError('PORT_IN_USE', {
    text: `${which} in use by another program. Stop it, or set KILDE_PORT_BASE to other ports.`,
  })
}

function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
