import type { PartHealth } from '@kilde/service'
import { CatalogueError } from './errors.js'
import type { Confirmation, SignedState } from './signature.js'
import type { CatalogueState } from './state.js'

/** The clocks of two machines may differ by this much before a signature "from the future" is refused (milliseconds). */
const CLOCK_TOLERANCE_MS = 60_000

export interface CurrentState {
  /** Stays the same object for as long as the content stays the same. */
  readonly state: CatalogueState
  /** When the registry last signed that this state holds (epoch milliseconds). */
  readonly confirmedAtMs: number
  /** Not confirmed lately: what is built on it must say so. */
  readonly stale: boolean
}

/** The one state a follower goes by: it never goes back, and it grows old unless it is confirmed. */
export interface Holding {
  /** Takes a state of the same or a higher version. True when it is another than before. */
  accept(signed: SignedState): boolean
  confirm(confirmation: Confirmation): void
  /** @throws CatalogueError `CATALOGUE_UNAVAILABLE` */
  current(): CurrentState
  health(): PartHealth
}

export interface HoldingOptions {
  readonly now: () => number
  readonly staleAfterMs: number
  readonly expiresAfterMs: number
}

export function createHolding({ now, staleAfterMs, expiresAfterMs }: HoldingOptions): Holding {
  let held: (SignedState & { readonly confirmedAtMs: number }) | undefined
  // The age counts from the signature, not from the arrival: a replayed signature does not make a state young again.
  const signedAt = (issuedAt: string): number => {
    const at = Date.parse(issuedAt)
    if (at > now() + CLOCK_TOLERANCE_MS) throw outdated('it was signed in the future')
    return Math.min(at, now())
  }
  const ageMs = (): number =>
    held === undefined ? Number.POSITIVE_INFINITY : now() - held.confirmedAtMs
  return {
    accept(signed) {
      const confirmedAtMs = signedAt(signed.state.issuedAt)
      if (held === undefined || signed.state.version > held.state.version) {
        held = { ...signed, confirmedAtMs }
        return true
      }
      refuseOther(held, { version: signed.state.version, digest: signed.digest })
      held = { ...held, confirmedAtMs: Math.max(held.confirmedAtMs, confirmedAtMs) }
      return false
    },
    confirm(confirmation) {
      const confirmedAtMs = signedAt(confirmation.issuedAt)
      if (held === undefined) throw outdated('nothing is held that it could confirm')
      refuseOther(held, confirmation)
      held = { ...held, confirmedAtMs: Math.max(held.confirmedAtMs, confirmedAtMs) }
    },
    current() {
      const age = ageMs()
      if (held === undefined || age > expiresAfterMs)
        throw new CatalogueError('CATALOGUE_UNAVAILABLE')
      return { state: held.state, confirmedAtMs: held.confirmedAtMs, stale: age > staleAfterMs }
    },
    health() {
      const age = ageMs()
      const part = { name: 'registry', code: 'REGISTRY_UNREACHABLE' } as const
      if (held === undefined) return { ...part, ok: false, note: 'no signed state yet' }
      if (age <= staleAfterMs) return { ...part, ok: true }
      const note = `last signed state is ${Math.max(0, Math.round(age / 1000))} s old`
      return { ...part, ok: false, warning: age <= expiresAfterMs, note }
    },
  }
}

function refuseOther(held: SignedState, other: { version: number; digest: string }): void {
  const { version } = held.state
  if (other.version !== version) {
    throw outdated(`it is of version ${other.version}, version ${version} is held`)
  }
  if (other.digest !== held.digest) throw outdated(`version ${version} has another content`)
}

function outdated(detail: string): CatalogueError {
  return new CatalogueError('CATALOGUE_OUTDATED', { detail })
}
