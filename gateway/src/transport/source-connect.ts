import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'

/** Why no connection is made. Its text reaches the operator's log only. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/** Asks for all addresses of a name, as `lookup` of `node:dns` does. */
export type Resolve = (
  name: string,
  options: LookupAllOptions,
  done: (fault: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

export interface ConnectOptions {
  /** Longest wait for a connection (milliseconds). */
  readonly timeoutMs: number
  /** Whether addresses without TLS are refused: what is sent is about patients. Default false. */
  readonly httpsOnly?: boolean | undefined
  /** How names are resolved. Default: as the machine does. */
  readonly resolve?: Resolve | undefined
}

/**
 * Connects to where the registry says that a source is, and nowhere else. Redirects are followed by nobody. A name is what the
 * registry has signed; what it resolves to is said by a name server, which may be made to name this machine, its neighbours on
 * the link, or the address where clouds give out credentials (OWASP API7, DNS rebinding). The look-up is refused in the very
 * connection that it is for, so that nothing can change in between.
 */
export function createSourceConnect(options: ConnectOptions): buildConnector.connector {
  const { timeoutMs, httpsOnly = false, resolve = lookup } = options
  const connect = buildConnector({ timeout: timeoutMs, lookup: guarded(resolve) })
  return (target, callback) => {
    const fault = faultOf(target, httpsOnly)
    if (fault === undefined) connect(target, callback)
    else queueMicrotask(() => callback(new AddressRefused(fault), null))
  }
}

function faultOf(
  { hostname, protocol }: buildConnector.Options,
  httpsOnly: boolean,
): string | undefined {
  if (httpsOnly && protocol !== 'https:') return 'is not https'
  // A loopback address that is written out is what the registry has signed; these are nobody's at all.
  return isAmong(NOBODY, hostname.replace(/^\[|\]$/g, '')) ? 'is the address of no host' : undefined
}

function guarded(resolve: Resolve): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (fault, found) => {
      if (fault) return callback(fault, '')
      // One is enough: a name with an address within and one without is tried at both.
      if (found.length === 0 || found.some(({ address }) => leadsElsewhere(name, address))) {
        return callback(new AddressRefused('resolves to an address of no host, or of this one'), '')
      }
      if (options.all) return callback(null, found)
      const [{ address, family } = { address: '', family: 0 }] = found
      return callback(null, address, family)
    })
  }
}

/** Whether a name that resolves to this address is no name of a source. */
export const leadsElsewhere = (name: string, address: string): boolean =>
  isAmong(isLocal(name) ? NOBODY : ELSEWHERE, address)

/** Names of the machine itself (RFC 6761 §6.3). */
const isLocal = (name: string): boolean => /(^|\.)localhost\.?$/i.test(name)

type Range = readonly [network: string, bits: number, family: 'ipv4' | 'ipv6']

/** No host has these: unspecified, link-local (RFC 3927, RFC 4291 §2.5.6), multicast, reserved (RFC 6890). */
const NO_HOST: readonly Range[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]
/** This machine itself. */
const LOOPBACK: readonly Range[] = [
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
]
const NOBODY = blocked(NO_HOST)
const ELSEWHERE = blocked([...NO_HOST, ...LOOPBACK])

function blocked(ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const [network, bits, family] of ranges) list.addSubnet(network, bits, family)
  return list
}

/** IPv4 addresses written as IPv6 (`::ffff:…`, `64:ff9b::…`) are looked at as what they lead to. */
function isAmong(list: BlockList, address: string): boolean {
  const plain = address.split('%')[0] ?? ''
  const family = isIP(plain)
  if (family === 4) return list.check(plain, 'ipv4')
  if (family !== 6) return false
  const within = ipv4Within(plain)
  return list.check(plain, 'ipv6') || (within !== undefined && list.check(within, 'ipv4'))
}

/** The last 32 bits of a mapped (RFC 4291 §2.5.5.2) or translated (RFC 6052) address. */
function ipv4Within(address: string): string | undefined {
  // A URL writes every form of one address alike: the last 32 bits as two groups of hexadecimal digits.
  const { hostname } = new URL(`http://[${address}]`)
  const groups = /^\[(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname)
  if (!groups) return undefined
  const [high = 0, low = 0] = groups.slice(1).map((group) => Number.parseInt(group, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
