import { FIRST_INSTANT_MS, identityDigest, type StatusLetter } from '@kilde/contract'
import type { Random } from '../random.js'
import type { Place } from './world.js'

/** What can be held: a measurement, a plan. All else about a fact is the same for every class. */
export interface FactKind<Content> {
  /** System of its business identifiers. */
  readonly system: string
  readonly content: (random: Random) => Content
  /** Status of nine in ten, as they begin. */
  readonly usual: string
  readonly seldom: readonly string[]
  /** Statuses of later versions. */
  readonly corrections: readonly string[]
  /** What tells whether two copies say the same. */
  readonly digest: (status: string, content: Content) => string
}

/** One fact as one organisation holds it. */
export interface Instance<Content> {
  readonly holder: string
  readonly t: number
  /** Business identifier as `system|value`. */
  readonly identifier: string | null
  readonly version: number
  readonly status: string
  readonly owner: string
  readonly content: Content
  readonly digest: string
}

const letters: Readonly<Record<string, StatusLetter>> = {
  REGISTERED: 'R',
  PRELIMINARY: 'P',
  FINAL: 'F',
  AMENDED: 'A',
  CORRECTED: 'C',
  CANCELLED: 'X',
  ENTERED_IN_ERROR: 'E',
  UNKNOWN: 'U',
  DRAFT: 'D',
  ACTIVE: 'V',
  ON_HOLD: 'H',
  REVOKED: 'K',
  COMPLETED: 'M',
}

/** What a cursor says of a fact; `d` is the row's id. */
export function placeOf(instance: Instance<unknown>, d: string): Place {
  const { holder, t, identifier, version, status, owner, digest } = instance
  const s = letters[status] ?? 'U'
  return { s, t, i: identityDigest(identifier ?? d), o: holder, d, n: version, c: digest, w: owner }
}

/** 9999-12-31T23:59:59.999Z */
const LAST_INSTANT_MS = 253_402_300_799_999

interface Version<Content> {
  readonly version: number
  readonly status: string
  readonly content: Content
}

/** One fact at its holders: 7 of 10 at one only, the others with copies of every kind that design.md §3 tells apart. */
export function makeInstances<Content>(
  random: Random,
  kind: FactKind<Content>,
  holders: readonly string[],
  instant: () => number,
  serial: number,
): readonly Instance<Content>[] {
  const [first, ...others] = random.shuffled(holders)
  if (first === undefined) return []
  // The owner may be an organisation that is not asked: then nobody's version governs.
  const owner = random.chance(0.8) ? first : random.pick([...holders, '310009903'])
  const identifier = random.chance(0.75) ? `${kind.system}|${serial}` : null
  const history = makeHistory(random, kind)
  const base = { t: instant(), identifier, owner }
  const own = received(random, history, random.chance(0.85))
  const copies = random.chance(0.3) ? others.slice(0, random.between(1, 3)) : []
  const twice = random.chance(0.01) ? [first] : []
  return [
    instanceOf(kind, first, base, own),
    ...[...copies, ...twice].map((holder) => copyOf(random, kind, holder, base, own, history)),
  ]
}

/** Versions 1, 2, … of one fact, most with only one; later ones correct what was before. */
function makeHistory<Content>(random: Random, kind: FactKind<Content>): History<Content> {
  const status = random.chance(0.9) ? kind.usual : random.pick(kind.seldom)
  const start = {
    version: random.chance(0.95) ? 1 : 999_999_999,
    status,
    content: kind.content(random),
  }
  const later = random.chance(0.2) ? random.between(1, 3) : 0
  const rest = Array.from({ length: later }, (_, index) => ({
    version: start.version + index + 1,
    status: random.pick(kind.corrections),
    content: random.chance(0.7) ? kind.content(random) : start.content,
  }))
  return [start, ...rest]
}

/**
 * What a holder has after messages that were lost, doubled and came in any order: the highest version of those that came.
 * Which that is, is all that is left of a history at a source.
 */
function received<Content>(
  random: Random,
  history: History<Content>,
  all: boolean,
): Version<Content> {
  const came = all ? history : random.some(history, 0.5)
  return came.at(-1) ?? history[0]
}

type History<Content> = readonly [Version<Content>, ...Version<Content>[]]
type Base = Pick<Instance<unknown>, 't' | 'identifier' | 'owner'>

function copyOf<Content>(
  random: Random,
  kind: FactKind<Content>,
  holder: string,
  base: Base,
  own: Version<Content>,
  history: History<Content>,
): Instance<Content> {
  const make = random.weighted<() => Instance<Content>>([
    [6, () => instanceOf(kind, holder, base, own)],
    [6, () => instanceOf(kind, holder, base, received(random, history, false))],
    [3, () => instanceOf(kind, holder, base, { ...own, content: kind.content(random) })],
    [
      1,
      () =>
        instanceOf(kind, holder, base, {
          ...own,
          version: own.version + 1,
          content: kind.content(random),
        }),
    ],
    [
      2,
      () =>
        instanceOf(
          kind,
          holder,
          { ...base, t: base.t + random.pick([-1, 1, 1_000, 3_600_000]) },
          own,
        ),
    ],
    [2, () => instanceOf(kind, holder, { ...base, identifier: null }, own)],
    [
      2,
      () =>
        instanceOf(kind, holder, { ...base, owner: holder }, random.chance(0.5) ? own : history[0]),
    ],
  ])
  return make()
}

function instanceOf<Content>(
  kind: FactKind<Content>,
  holder: string,
  base: Base,
  { version, status, content }: Version<Content>,
): Instance<Content> {
  const t = Math.max(FIRST_INSTANT_MS, Math.min(base.t, LAST_INSTANT_MS))
  return { holder, ...base, t, version, status, content, digest: kind.digest(status, content) }
}
