import { FIRST_INSTANT_MS, type StatusLetter } from '@kilde/contract'
import type { Random } from '../random.js'
import { type Content, digestOf, makeContent } from './measured.js'

/** One measurement as one organisation holds it. */
export interface Instance {
  readonly holder: string
  readonly t: number
  /** Business identifier as `system|value`. */
  readonly identifier: string | null
  readonly version: number
  readonly status: keyof typeof letters
  readonly owner: string
  readonly content: Content
  readonly digest: string
}

export const letters = {
  REGISTERED: 'R',
  PRELIMINARY: 'P',
  FINAL: 'F',
  AMENDED: 'A',
  CORRECTED: 'C',
  CANCELLED: 'X',
  ENTERED_IN_ERROR: 'E',
  UNKNOWN: 'U',
} as const satisfies Record<string, StatusLetter>

/** 9999-12-31T23:59:59.999Z */
const LAST_INSTANT_MS = 253_402_300_799_999
const CORRECTIONS = ['AMENDED', 'CORRECTED', 'CORRECTED', 'CANCELLED', 'ENTERED_IN_ERROR'] as const

interface Version {
  readonly version: number
  readonly status: Instance['status']
  readonly content: Content
}

/** One measurement at its holders: 7 of 10 at one only, the others with copies of every kind that design.md §3 tells apart. */
export function makeInstances(
  random: Random,
  holders: readonly string[],
  instant: () => number,
  serial: number,
): readonly Instance[] {
  const [first, ...others] = random.shuffled(holders)
  if (first === undefined) return []
  // The owner may be an organisation that is not asked: then nobody's version governs.
  const owner = random.chance(0.8) ? first : random.pick([...holders, '310009903'])
  const identifier = random.chance(0.75) ? `urn:fact|${serial}` : null
  const history = makeHistory(random)
  const base = { t: instant(), identifier, owner }
  const own = received(random, history, random.chance(0.85))
  const copies = random.chance(0.3) ? others.slice(0, random.between(1, 3)) : []
  const twice = random.chance(0.01) ? [first] : []
  return [
    instanceOf(first, base, own),
    ...[...copies, ...twice].map((holder) => copyOf(random, holder, base, own, history)),
  ]
}

/** Versions 1, 2, … of one measurement, most with only one; later ones correct what was before. */
function makeHistory(random: Random): readonly [Version, ...Version[]] {
  const status: Instance['status'] = random.chance(0.9)
    ? 'FINAL'
    : random.pick(['REGISTERED', 'PRELIMINARY', 'UNKNOWN', 'ENTERED_IN_ERROR'] as const)
  const start = {
    version: random.chance(0.95) ? 1 : 999_999_999,
    status,
    content: makeContent(random),
  }
  const later = random.chance(0.2) ? random.between(1, 3) : 0
  const rest = Array.from({ length: later }, (_, index) => ({
    version: start.version + index + 1,
    status: random.pick(CORRECTIONS),
    content: random.chance(0.7) ? makeContent(random) : start.content,
  }))
  return [start, ...rest]
}

/**
 * What a holder has after messages that were lost, doubled and came in any order: the highest version of those that came.
 * Which that is, is all that is left of a history at a source.
 */
function received(
  random: Random,
  history: readonly [Version, ...Version[]],
  all: boolean,
): Version {
  const came = all ? history : random.some(history, 0.5)
  return came.at(-1) ?? history[0]
}

type Base = Pick<Instance, 't' | 'identifier' | 'owner'>

function copyOf(
  random: Random,
  holder: string,
  base: Base,
  own: Version,
  history: readonly [Version, ...Version[]],
): Instance {
  const make = random.weighted<() => Instance>([
    [6, () => instanceOf(holder, base, own)],
    [6, () => instanceOf(holder, base, received(random, history, false))],
    [3, () => instanceOf(holder, base, { ...own, content: makeContent(random) })],
    [
      1,
      () =>
        instanceOf(holder, base, {
          ...own,
          version: own.version + 1,
          content: makeContent(random),
        }),
    ],
    [
      2,
      () =>
        instanceOf(holder, { ...base, t: base.t + random.pick([-1, 1, 1_000, 3_600_000]) }, own),
    ],
    [2, () => instanceOf(holder, { ...base, identifier: null }, own)],
    [
      2,
      () => instanceOf(holder, { ...base, owner: holder }, random.chance(0.5) ? own : history[0]),
    ],
  ])
  return make()
}

function instanceOf(holder: string, base: Base, { version, status, content }: Version): Instance {
  const t = Math.max(FIRST_INSTANT_MS, Math.min(base.t, LAST_INSTANT_MS))
  return { holder, ...base, t, version, status, content, digest: digestOf(status, content) }
}
