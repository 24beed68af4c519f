import { measurements, tokensOf } from '@kilde/contract'
import type { Random } from '../random.js'
import { numbers } from '../world/organizations.js'
import type { World } from '../world/world.js'
import type { VariableDraft } from './drawing.js'
import type { Query } from './make-query.js'

/** A synthetic number: nobody can have it (months 81 to 92). */
export const PATIENT = '08825133489'

/** Values for a query's variables over one world; what need not be given is left out or null at times. */
export function makeVariables(random: Random, query: Query, world: World): Record<string, unknown> {
  const made: Record<string, unknown> = { identifier: PATIENT }
  for (const variable of query.variables) {
    if (variable.kind === 'after') continue
    if (!variable.required && random.chance(0.25)) continue
    made[variable.name] =
      !variable.required && variable.kind !== 'flag' && random.chance(0.08)
        ? null
        : makeValue(random, variable, world)
  }
  return made
}

const EVERY_CODE = measurements.flatMap(tokensOf)
const STATUSES = ['FINAL', 'AMENDED', 'CORRECTED', 'CANCELLED', 'ENTERED_IN_ERROR', 'PRELIMINARY']

const PLAN_KINDS = ['OTHER', 'TREATMENT', 'SELF_TREATMENT', 'VISIT']
const PLAN_STATUSES = ['DRAFT', 'ACTIVE', 'ON_HOLD', 'REVOKED', 'COMPLETED', 'ENTERED_IN_ERROR']

function makeValue(random: Random, { kind }: VariableDraft, world: World): unknown {
  switch (kind) {
    case 'flag':
      return random.chance(0.5)
    case 'first':
      return random.pick([1, 1, 2, 3, 4, 7, 20, 1000])
    case 'after':
      return null
    case 'order':
      return random.pick(['NEWEST_FIRST', 'OLDEST_FIRST'])
    case 'filter':
      return makeFilter(random, world)
    case 'planFilter':
      return makePlanFilter(random, world)
    case 'codes':
      return codesOf(random, world)
    case 'latest':
      return [...new Set(codesOf(random, world))]
    case 'completion':
      return random.pick(['ALL_OR_ERROR', 'BEST_EFFORT'])
    case 'unit':
      return random.pick(['kg', 'g', 'mg/dL', 'Cel', '/min'])
    case 'sources':
      return sourcesOf(random, world)
    case 'number':
      return random.pick(numbers.slice(0, 70))
    case 'instant':
      return instantOf(random, world)
  }
}

function makeFilter(random: Random, world: World): object {
  const statuses = random.some(STATUSES, 0.5)
  return {
    ...(random.chance(0.4) && { codes: codesOf(random, world) }),
    ...(random.chance(0.2) && { category: [random.pick(['survey', 'vital-signs'])] }),
    ...(random.chance(0.3) && {
      period: { start: instantOf(random, world), ...(random.chance(0.3) && { end: null }) },
    }),
    ...(random.chance(0.4) && { status: statuses }),
    ...(random.chance(0.25) && { last: random.pick([1, 2, 3, 10]) }),
    ...(random.chance(0.1) && { abnormalOnly: random.chance(0.7) }),
    ...(random.chance(0.15) && { sources: sourcesOf(random, world) }),
  }
}

function makePlanFilter(random: Random, world: World): object {
  return {
    ...(random.chance(0.3) && { kind: random.some(PLAN_KINDS, 0.6) }),
    ...(random.chance(0.4) && { status: random.some(PLAN_STATUSES, 0.5) }),
    ...(random.chance(0.2) && { period: { start: instantOf(random, world) } }),
    ...(random.chance(0.15) && { sources: sourcesOf(random, world) }),
  }
}

function codesOf(random: Random, world: World): readonly string[] {
  const known = world.sources
    .flatMap(({ rows }) => rows.flatMap(({ parts }) => parts.flatMap(({ tokens }) => tokens)))
    .slice(0, 20)
  return Array.from({ length: random.between(1, 3) }, () =>
    random.pick([...known, ...known, random.pick(EVERY_CODE)]),
  )
}

function sourcesOf(random: Random, world: World): readonly string[] {
  const located = random.some(
    world.sources.map(({ number }) => number),
    0.6,
  )
  return located.length > 0 ? located : ['310009903']
}

function instantOf(random: Random, world: World): string {
  const instants = world.sources.flatMap(({ rows }) => rows.map(({ key }) => key.t)).slice(0, 30)
  return new Date(random.pick([...instants, world.nowMs - 1e10])).toISOString()
}
