import type { Random } from '../random.js'
import { type FactKind, type Instance, makeInstances } from './facts.js'
import { makeInstants, writeInstant } from './instants.js'
import { makeFaults } from './make-faults.js'
import { TEXTS } from './measured.js'
import { type Located, makeCatalogue, numbers } from './organizations.js'
import { makePlanRow, planFacts } from './plans.js'
import { makeRow, measuredFacts } from './rows.js'
import type { HeldName, HeldRow, Source, World } from './world.js'

const NOW = Date.parse('2026-03-14T12:00:00Z')
/** Rows that one source holds of one patient, at most. */
const MOST_ROWS = 60

/** Everything about one case but the query: up to 30 organisations, small worlds far oftener than large ones. */
export function makeWorld(random: Random): World {
  const located = makeLocated(random)
  const holders = located.map(({ number }) => number)
  const requester = random.chance(0.7) && holders.length > 0 ? random.pick(holders) : '310009127'
  const held = makeRows(random, holders)
  const plans = makePlans(random, holders)
  return {
    nowMs: NOW,
    catalogue: makeCatalogue(random, requester, located),
    confirmedAtMs: NOW - 1_000,
    stale: random.chance(0.05),
    requester,
    sources: located.map((entry) =>
      makeSource(random, entry, held.get(entry.number) ?? [], plans.get(entry.number) ?? []),
    ),
  }
}

function makeLocated(random: Random): readonly Located[] {
  const count = random.chance(0.02)
    ? 0
    : random.chance(0.03)
      ? random.between(15, 30)
      : 1 + random.few(7)
  return random
    .shuffled(numbers.slice(0, 50))
    .slice(0, count)
    .map((number) => ({
      number,
      state: random.chance(0.04) ? random.pick(['DRAINING', 'PAUSED'] as const) : 'ACTIVE',
    }))
}

function makeRows(
  random: Random,
  holders: readonly string[],
): ReadonlyMap<string, readonly HeldRow[]> {
  const per = random.chance(0.02) ? 60 : 11
  const facts =
    holders.length === 0 ? 0 : Math.min(400, random.few(per) * Math.ceil(holders.length / 2))
  return makeHeld(random, measuredFacts, makeRow, holders, facts)
}

/** Nobody has many plans, and half of all patients none. */
function makePlans(
  random: Random,
  holders: readonly string[],
): ReadonlyMap<string, readonly HeldRow[]> {
  const facts = random.chance(0.5) ? random.between(1, 5) : 0
  return makeHeld(random, planFacts, makePlanRow, holders, facts)
}

function makeHeld<Content>(
  random: Random,
  kind: FactKind<Content>,
  make: (random: Random, instance: Instance<Content>, serial: number) => HeldRow,
  holders: readonly string[],
  facts: number,
): ReadonlyMap<string, readonly HeldRow[]> {
  const held = new Map<string, HeldRow[]>()
  const instant = makeInstants(random, NOW)
  for (let serial = 0; serial < facts; serial += 1) {
    for (const instance of makeInstances(random, kind, holders, instant, serial)) {
      const rows = held.get(instance.holder) ?? []
      if (rows.length >= MOST_ROWS) continue
      rows.push(make(random, instance, serial * 10 + rows.length))
      held.set(instance.holder, rows)
    }
  }
  return held
}

function makeSource(
  random: Random,
  { number, state }: Located,
  rows: readonly HeldRow[],
  plans: readonly HeldRow[],
): Source {
  const bad = random.chance(0.05)
  const spoiled = (row: HeldRow): HeldRow => ({ ...row, bad: bad && random.chance(0.3) })
  return {
    number,
    state,
    faults: makeFaults(random),
    rows: rows.map(spoiled),
    plans: plans.map(spoiled),
    names: makeNames(random),
    dropped: random.chance(0.03) ? random.between(1, 3) : 0,
    withheld: random.chance(0.08)
      ? random.pick(['OBJECTION', 'ROLE', 'CONFIDENTIAL', 'NOT_DISCLOSED'] as const)
      : 'NONE',
    truncated: random.chance(0.02),
    asOf: new Date(NOW - random.between(0, 9_999)).toISOString(),
    contractVersion: random.chance(0.9) ? '1.0' : null,
    style: random.weighted([
      [7, 'PLAIN'],
      [1, 'SPACED'],
      [1, 'SHUFFLED'],
      [1, 'ESCAPED'],
    ]),
  }
}

const GIVEN = ['Kari', 'Ola', 'Åse Ødegård', ...TEXTS.slice(0, 4)]

function makeNames(random: Random): readonly HeldName[] {
  const count = random.weighted([
    [2, 0],
    [6, 1],
    [1, 2],
  ])
  return Array.from({ length: count }, () => {
    const rank = random.pick([1, 2, 3, 3])
    const given = [random.pick(GIVEN.slice(0, 3))]
    const family = random.chance(0.9) ? random.pick(['Nordmann', 'Næss']) : null
    return {
      value: {
        text: [...given, ...(family ? [family] : [])].join(' '),
        family,
        given,
        use: random.chance(0.9) ? (['old', 'usual', 'official'][rank - 1] ?? null) : null,
      },
      rank,
      recorded: writeInstant(random, NOW - random.between(0, 3) * 86_400_000),
    }
  })
}
