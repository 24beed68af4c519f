import { createHash } from 'node:crypto'
import type { Random } from '../random.js'
import { type FactKind, type Instance, placeOf } from './facts.js'
import { writeInstant } from './instants.js'
import { concept, TEXTS } from './measured.js'
import { identifiersOf, provenanceOf, rangeOf } from './rows.js'
import type { HeldRow, Observation } from './world.js'

/** What a plan says: the part that all its copies have in common. */
interface PlanContent {
  readonly kind: string
  readonly title: string | null
  readonly zones: readonly object[]
  readonly goal: readonly object[]
}

export const planFacts: FactKind<PlanContent> = {
  system: 'urn:plan',
  content: makePlanContent,
  usual: 'ACTIVE',
  seldom: ['DRAFT', 'ON_HOLD', 'UNKNOWN', 'ENTERED_IN_ERROR'],
  corrections: ['REVOKED', 'COMPLETED', 'ENTERED_IN_ERROR', 'ACTIVE', 'ON_HOLD'],
  digest: (status, content) =>
    createHash('sha256')
      .update(JSON.stringify([status, content]))
      .digest('hex')
      .slice(0, 32),
}

const LEVELS = ['GREEN', 'YELLOW', 'RED'] as const

function makePlanContent(random: Random): PlanContent {
  const title = random.chance(0.8) ? random.pick(TEXTS) : null
  return {
    kind: random.pick(['SELF_TREATMENT', 'SELF_TREATMENT', 'TREATMENT', 'VISIT', 'OTHER']),
    title,
    zones: random.some(LEVELS, 0.6).map((level, index) => ({
      ...{ level, order: index + 1, title, condition: random.pick(TEXTS) },
      action: [{ text: random.pick(TEXTS), status: random.chance(0.5) ? 'NOT_STARTED' : null }],
    })),
    goal: random.chance(0.3) ? [goalOf(random)] : [],
  }
}

function goalOf(random: Random): object {
  const target = {
    ...{ measure: null, codes: ['http://loinc.org|59408-5'], kind: 'OXYGEN_SATURATION' },
    ...{ detailText: random.pick(TEXTS), due: null },
    ...rangeOf(random),
  }
  return {
    description: concept(null, 'g', random.pick(TEXTS)),
    ...{ status: random.chance(0.5) ? 'ACTIVE' : null, achievement: null, start: null },
    target: [target],
  }
}

/** A plan as its holder discloses it. */
export function makePlanRow(
  random: Random,
  instance: Instance<PlanContent>,
  serial: number,
): HeldRow {
  const id = `${instance.holder}.p${serial}`
  return {
    ...{ key: placeOf(instance, id), parts: [], abnormal: false, bad: false },
    observation: makePlan(random, instance, id),
  }
}

function makePlan(random: Random, instance: Instance<PlanContent>, id: string): Observation {
  const { t, identifier, version, status, content } = instance
  const effective = writeInstant(random, t)
  return {
    ...{ id, version, status, effective, intent: random.pick(['PLAN', 'ORDER']), ...content },
    identifier: identifiersOf(random, identifier),
    category: random
      .some(['2'], 0.5)
      .map((code) => ({ coding: [{ system: null, code, display: null }], text: null })),
    description: random.chance(0.3) ? random.pick(TEXTS) : null,
    effectiveEnd: random.chance(0.3) ? writeInstant(random, t) : null,
    effectivePrecision: random.pick(['INSTANT', 'DATE', 'ISSUED']),
    timeSuspect: random.chance(0.1),
    ...{ created: effective, updated: random.chance(0.5) ? effective : null },
    author: random.chance(0.5)
      ? [{ display: random.pick(TEXTS), kind: 'STAFF', organization: null }]
      : [],
    activity: random.chance(0.3) ? [activityOf(random)] : [],
    addresses: [],
    replaces: random.chance(0.1)
      ? [{ identifier: { system: 'urn:plan', value: '1' }, display: null }]
      : [],
    partOf: [],
    note: [],
    provenance: provenanceOf(random, instance, id, effective),
    measured: null,
    // Whatever a source claims of these, they are the gateway's to say.
    conflict: random.chance(0.1),
    possibleDuplicateOf: [],
    activeBeside: random.chance(0.1) ? [id] : [],
    withheldFields: random.chance(0.1) ? ['note'] : [],
  }
}

const activityOf = (random: Random): object => ({
  ...{ status: 'SCHEDULED', heading: random.pick(TEXTS), code: null, description: null },
  ...{ codes: [], kind: null, device: null, scheduledText: random.pick(TEXTS) },
})
