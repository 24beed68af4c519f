import type { PatientIdentifier } from '@kilde/contract'
import type { PartHealth } from '@kilde/service'
import { isOldBaseData } from '../base-data.js'
import { PrivacyFeedError } from '../errors.js'
import type { PersonFacts, PrivacyLookup, PrivacyView } from '../types.js'
import type { NodeKey } from './node-key.js'
import { type Confirmation, type Entries, Entry, type Mark } from './protocol.js'

/** Clocks of two machines may differ by this much before a signature "from the future" is refused (milliseconds). */
const CLOCK_TOLERANCE_MS = 60_000

export interface HoldingOptions {
  readonly organization: string
  readonly key: NodeKey
  readonly now: () => number
  /** Age of the last confirmation (milliseconds) above which health tells it. */
  readonly staleAfterMs: number
  /** Age above which nothing is known any more. */
  readonly expiresAfterMs: number
}

/** What one organisation holds of the patients' settings: sealed, and as old as the service's last word. */
export interface Holding extends PrivacyLookup {
  /** @throws PrivacyFeedError `PRIVACY_OUTDATED` where it does not follow what is held; `PRIVACY_UNTRUSTED` */
  accept(entries: Entries): void
  /** Throws as `accept` does. */
  confirm(confirmation: Confirmation): void
  mark(): Mark | undefined
  health(): PartHealth
}

export function createHolding(options: HoldingOptions): Holding {
  const { organization, key, now, staleAfterMs, expiresAfterMs } = options
  let held: { readonly mark: Mark; readonly confirmedAtMs: number } | undefined
  let entries = new Map<string, string>()
  let baseDataAsOfMs: number | undefined
  const confirmed = (issuedAt: string): number => {
    const at = Date.parse(issuedAt)
    if (at > now() + CLOCK_TOLERANCE_MS) throw untrusted('it was signed in the future')
    // From the signature, not the arrival: a replayed one makes nothing young again.
    return Math.max(Math.min(at, now()), held?.confirmedAtMs ?? 0)
  }
  const requireOwn = (signed: { readonly organization: string }): void => {
    if (signed.organization !== organization) throw untrusted('it was signed for another node')
  }
  const ageMs = (): number => (held ? now() - held.confirmedAtMs : Number.POSITIVE_INFINITY)
  return {
    accept(change) {
      requireOwn(change)
      if (change.after && !isSame(change.after, held?.mark)) throw outdated()
      // A state that is whole but older than what is held is a replay.
      if (!change.after && held && change.mark.version < held.mark.version) throw outdated()
      const confirmedAtMs = confirmed(change.issuedAt)
      if (!change.after) entries = new Map()
      for (const [digest, sealed] of Object.entries(change.entries)) {
        if (sealed === null) entries.delete(digest)
        else entries.set(digest, sealed)
      }
      held = { mark: change.mark, confirmedAtMs }
      baseDataAsOfMs = asOfIn(change)
    },
    confirm(confirmation) {
      requireOwn(confirmation)
      if (!held || !isSame(confirmation.mark, held.mark)) throw outdated()
      held = { mark: held.mark, confirmedAtMs: confirmed(confirmation.issuedAt) }
      baseDataAsOfMs = asOfIn(confirmation)
    },
    view(patient) {
      if (!held || ageMs() > expiresAfterMs) return 'UNKNOWN'
      return viewOf(patient, {
        key,
        sealed: entries.get(key.digest(patient)),
        asOfMs: held.confirmedAtMs,
        isOld: isOldBaseData(baseDataAsOfMs, now()),
      })
    },
    digest: (person) => key.digest(person),
    mark: () => held?.mark,
    health() {
      const part = { name: `privacy ${organization}`, code: 'PRIVACY_UNREACHABLE' } as const
      if (!held) return { ...part, ok: false, note: 'no settings of patients yet' }
      const age = Math.max(0, Math.round(ageMs() / 1000))
      const notes = [
        `settings of patients are ${age} s old, version ${held.mark.version}`,
        ...(ageMs() > staleAfterMs ? ['stale'] : []),
        ...(isOldBaseData(baseDataAsOfMs, now()) ? ['base data of persons are too old'] : []),
      ]
      const ok = notes.length === 1 && ageMs() <= expiresAfterMs
      return { ...part, ok, warning: ageMs() <= expiresAfterMs, note: notes.join(', ') }
    },
  }
}

interface Sealed {
  readonly key: NodeKey
  readonly sealed: string | undefined
  readonly asOfMs: number
  /** Base data are too old. */
  readonly isOld: boolean
}

/** An entry that cannot be opened is not "nothing was said". */
function viewOf(
  patient: PatientIdentifier,
  { key, sealed, asOfMs, isOld }: Sealed,
): PrivacyView | 'UNKNOWN' {
  if (sealed === undefined) return { asOfMs, ...NOTHING }
  try {
    const { person, ...statements } = Entry.parse(key.open(patient, sealed))
    return { asOfMs, ...statements, ...(person && { person: asFarAsKnown(person, isOld) }) }
  } catch {
    return 'UNKNOWN'
  }
}

const asFarAsKnown = (person: PersonFacts, isOld: boolean): PersonFacts =>
  isOld ? { ...person, addressConfidential: true } : person

const NOTHING = { blocks: [], consents: [], reservations: [], representation: [] } as const

const asOfIn = ({ baseDataAsOf }: { readonly baseDataAsOf?: string | undefined }) =>
  baseDataAsOf === undefined ? undefined : Date.parse(baseDataAsOf)

const isSame = (one: Mark, other: Mark | undefined): boolean =>
  one.version === other?.version && one.tag === other.tag

const outdated = (): PrivacyFeedError => new PrivacyFeedError('PRIVACY_OUTDATED')
const untrusted = (detail: string): PrivacyFeedError =>
  new PrivacyFeedError('PRIVACY_UNTRUSTED', { detail })
