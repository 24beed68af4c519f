import type { AccessToken } from '@kilde/trust'
import { FhirFault } from './fault.js'

/** A token about to end is not used: it would end on the way. */
const TOKEN_MARGIN_MS = 10_000

export interface KeptToken {
  readonly value: string
  /** Whether it was fetched for this very request. */
  readonly isNew: boolean
}

/** One token for all requests, until shortly before it ends. Wanted by many at once, it is fetched once. */
export function keepToken(fetchIt: () => Promise<AccessToken>, now: () => number) {
  let held: AccessToken | undefined
  let renewal: Promise<AccessToken> | undefined
  const renew = (): Promise<AccessToken> =>
    fetchIt()
      .then((token) => {
        held = token
        return token
      })
      .finally(() => {
        renewal = undefined
      })
  return {
    /** @throws FhirFault `UNREACHABLE` */
    async get(): Promise<KeptToken> {
      if (held && held.expiresAtMs - TOKEN_MARGIN_MS > now()) {
        return { value: held.value, isNew: false }
      }
      try {
        renewal ??= renew()
        return { value: (await renewal).value, isNew: true }
      } catch (cause) {
        throw new FhirFault('UNREACHABLE', 'no token', cause)
      }
    },
    /** Refused: unless another has come meanwhile. */
    forget(value: string): void {
      if (held?.value === value) held = undefined
    },
  }
}
