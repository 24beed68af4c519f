import { BlockList, isIP } from 'node:net'

export interface AddressRules {
  /** Whether addresses without TLS are refused: what is sent there is about patients. */
  readonly httpsOnly: boolean
  /** Whether the machine itself may be meant: nodes of a demo, or on the gateway's own machine. */
  readonly loopback: boolean
}

/**
 * Why nobody is asked at an address; undefined where somebody may be. Registry and gateway go by it alike. It looks at what is
 * written: what a name resolves to is looked at in the connection that it is for ({@link leadsElsewhere}).
 */
export function addressFault(
  { protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>,
  { httpsOnly, loopback }: AddressRules,
): string | undefined {
  if (httpsOnly && protocol !== 'https:') return 'is not https'
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isAmong(NOBODY, host) || METADATA_NAMES.has(host.toLowerCase().replace(/\.$/, ''))) {
    return 'is the address of no host'
  }
  if (!loopback && (isLocal(host) || isAmong(LOOPBACK, host))) return 'is this machine itself'
  return undefined
}

/** Whether a name that resolves to this address is no name of a node (DNS rebinding). */
export const leadsElsewhere = (name: string, address: string): boolean =>
  isAmong(NOBODY, address) || (!isLocal(name) && isAmong(LOOPBACK, address))

/** Names of the machine itself (RFC 6761 §6.3). */
const isLocal = (name: string): boolean => /(^|\.)localhost\.?$/i.test(name)

type Range = readonly [network: string, bits: number, family: 'ipv4' | 'ipv6']

/**
 * No node has these: unspecified, link-local (RFC 3927, RFC 4291 §2.5.6), multicast, reserved (RFC 6890). Clouds give out
 * credentials at a link-local address, and at the last four (OWASP API7).
 */
const NOBODY = blocked([
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['100.100.100.200', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['192.0.0.192', 32, 'ipv4'],
  ['fd00:ec2::254', 128, 'ipv6'],
])
/** This machine itself. */
const LOOPBACK = blocked([
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
])
/** Names by which clouds' machines find their metadata. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
])

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
