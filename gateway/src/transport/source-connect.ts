import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { addressFault, leadsElsewhere } from '@kilde/catalogue'
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
    // A loopback address that is written out is what the registry has signed.
    const fault = addressFault(target, { httpsOnly, loopback: true })
    if (fault === undefined) connect(target, callback)
    else queueMicrotask(() => callback(new AddressRefused(fault), null))
  }
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
