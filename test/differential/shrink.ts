import type { Case, Failure } from './case.js'
import { smallerTexts } from './query/smaller-texts.js'
import type { Source, World } from './world/world.js'

/** Longest search for a smaller case (milliseconds). */
const PATIENCE_MS = 8_000

export interface Found {
  readonly made: Case
  readonly failure: Failure
}

/** Leaves out of a failing case whatever it fails without, so that a person can read what is left. */
export async function shrink(
  start: Found,
  tryCase: (made: Case) => Promise<Failure | undefined>,
): Promise<Found> {
  const until = performance.now() + PATIENCE_MS
  let best = start
  for (let again = true; again; ) {
    again = false
    for (const made of smallerCases(best.made)) {
      if (performance.now() > until) return best
      const failure = await tryCase(made).catch(() => undefined)
      if (!failure || kindOf(failure) !== kindOf(best.failure)) continue
      best = { made, failure }
      again = true
      break
    }
  }
  return best
}

/** What a failure is about: the field that differs first. Another failure on the way would lead away from this one. */
const kindOf = ({ way, differences }: Failure): string =>
  `${way} ${/(\w+)(\[\d+\])*: got/.exec(differences[0] ?? '')?.[1] ?? ''}`

/** The boldest first. */
function* smallerCases(made: Case): Generator<Case> {
  for (const world of smallerWorlds(made.world)) yield { ...made, world }
  for (const text of smallerTexts(made.text))
    yield { ...made, text, walks: made.walks.filter(({ after }) => text.includes(`$${after}:`)) }
  for (const name of Object.keys(made.variables)) {
    const { [name]: _gone, ...variables } = made.variables
    if (name !== 'identifier') yield { ...made, variables }
  }
}

function* smallerWorlds(world: World): Generator<World> {
  const { sources } = world
  for (const source of sources) yield without(world, source)
  for (const source of sources) {
    for (const smaller of smallerSources(source)) {
      yield { ...world, sources: sources.map((other) => (other === source ? smaller : other)) }
    }
  }
  if (world.stale) yield { ...world, stale: false }
}

function without(world: World, gone: Source): World {
  const { catalogue } = world
  const agreements = catalogue.agreements.filter(({ provider }) => provider !== gone.number)
  const organizations = catalogue.organizations.map((entry) =>
    entry.number === gone.number ? { ...entry, dataClasses: [] } : entry,
  )
  return {
    ...world,
    catalogue: { ...catalogue, agreements, organizations },
    sources: world.sources.filter((source) => source !== gone),
  }
}

function* smallerSources(source: Source): Generator<Source> {
  const { rows } = source
  for (let size = rows.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < rows.length; from += size) {
      yield { ...source, rows: rows.toSpliced(from, size) }
    }
  }
  for (const plan of source.plans)
    yield { ...source, plans: source.plans.filter((other) => other !== plan) }
  if (source.names.length > 0) yield { ...source, names: source.names.slice(1) }
  if (source.faults.some((fault) => fault !== null)) yield { ...source, faults: [null] }
  if (source.dropped > 0) yield { ...source, dropped: 0 }
  if (source.withheld !== 'NONE') yield { ...source, withheld: 'NONE' }
  if (source.truncated) yield { ...source, truncated: false }
  if (source.style !== 'PLAIN') yield { ...source, style: 'PLAIN' }
  if (rows.some(({ bad }) => bad))
    yield { ...source, rows: rows.map((row) => ({ ...row, bad: false })) }
}
