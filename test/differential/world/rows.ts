import type { Random } from '../random.js'
import { type FactKind, type Instance, placeOf } from './facts.js'
import { writeInstant } from './instants.js'
import { type Content, concept, conceptOf, digestOf, makeContent, TEXTS } from './measured.js'
import { numbers } from './organizations.js'
import type { HeldRow, Observation } from './world.js'

const CATEGORIES = ['vital-signs', 'survey', 'laboratory']

export const measuredFacts: FactKind<Content> = {
  system: 'urn:fact',
  content: makeContent,
  usual: 'FINAL',
  seldom: ['REGISTERED', 'PRELIMINARY', 'UNKNOWN', 'ENTERED_IN_ERROR'],
  corrections: ['AMENDED', 'CORRECTED', 'CORRECTED', 'CANCELLED', 'ENTERED_IN_ERROR'],
  digest: digestOf,
}

/** A row as its holder discloses it. What is not part of the measurement differs from copy to copy. */
export function makeRow(random: Random, instance: Instance<Content>, serial: number): HeldRow {
  const { holder, content } = instance
  const id = `${holder}.${random.pick(['r', 'Z-', 'a.b'])}${serial}`
  return {
    key: placeOf(instance, id),
    parts: [content, ...content.component],
    abnormal: JSON.stringify(content.interpretation).includes('"H"'),
    bad: false,
    observation: makeObservation(random, instance, id),
  }
}

function makeObservation(random: Random, instance: Instance<Content>, id: string): Observation {
  const { t, identifier, version, status, content } = instance
  const effective = writeInstant(random, t)
  const text = (): string | null => (random.chance(0.3) ? random.pick(TEXTS) : null)
  return {
    id,
    identifier: identifiersOf(random, identifier),
    version,
    status,
    category: random
      .some(CATEGORIES, 0.5)
      .map((code) => ({ coding: [{ system: null, code, display: null }], text: null })),
    code: conceptOf(content.tokens, text()),
    kind: content.kind,
    effective,
    effectiveEnd: random.chance(0.1) ? writeInstant(random, t) : null,
    effectivePrecision: random.pick(['INSTANT', 'INSTANT', 'DATE', 'ISSUED', 'RECEIVED']),
    timeSuspect: random.chance(0.1),
    issued: random.chance(0.7) ? effective : null,
    valueText: content.valueText,
    measured: content.measured,
    valueInteger: content.valueInteger,
    valueConcept: content.valueConcept,
    dataAbsentReason:
      content.measured === null && random.chance(0.3) ? concept(null, 'unknown', text()) : null,
    interpretation: content.interpretation,
    referenceRange: random.chance(0.2) ? [rangeOf(random)] : [],
    component: content.component,
    doubts: random.some(['IMPLAUSIBLE_VALUE', 'SCORE_MISMATCH', 'OXYGEN_CONTRADICTION'], 0.1),
    context: random.chance(0.2) ? contextOf(random) : null,
    device: random.chance(0.3)
      ? {
          display: `Nonin ${random.between(1, 9)}`,
          manufacturer: text(),
          modelNumber: null,
          type: null,
          identifier: random.chance(0.3)
            ? [{ system: 'urn:kilde:test:device', value: random.pick(TEXTS) }]
            : [],
        }
      : null,
    bodySite: null,
    method: random.chance(0.1) ? concept(null, 'm', text()) : null,
    note: random.chance(0.2)
      ? [{ text: random.pick(TEXTS), time: effective, authorText: text() }]
      : [],
    provenance: provenanceOf(random, instance, id, effective),
    // Whatever a source claims of this, it is the gateway's to say.
    conflict: random.chance(0.1),
    possibleDuplicateOf: [],
    withheldFields: random.chance(0.1) ? ['note'] : [],
  }
}

/** The business identifier first, and at times another. */
export function identifiersOf(random: Random, identifier: string | null): readonly object[] {
  if (identifier === null) return []
  const [system = null, value = ''] = identifier.split('|')
  const others = random.chance(0.1) ? [{ system: null, value: random.pick(TEXTS) }] : []
  return [{ system, value }, ...others]
}

export function rangeOf(random: Random) {
  const low = {
    value: random.between(1, 50),
    unit: 'kg',
    comparator: null,
    molarMass: null,
    text: 'low kg',
  }
  return {
    text: random.pick(TEXTS),
    measuredLow: low,
    measuredHigh: null,
    type: random.chance(0.5) ? concept(null, 'normal', null) : null,
  }
}

function contextOf(random: Random): object {
  const percent = random.between(21, 60)
  const measured = { comparator: null, molarMass: null }
  const oxygen = {
    onAir: random.pick([true, false, null]),
    measuredFlow: { ...measured, value: random.between(1, 15), unit: 'L/min', text: 'l/min' },
    measuredConcentration: random.chance(0.5)
      ? { ...measured, value: percent, unit: '%', text: `${percent} : 100` }
      : null,
    method: random.chance(0.5) ? random.pick(TEXTS) : null,
  }
  return {
    oxygen: random.chance(0.7) ? [oxygen] : [],
    bodyPosition: random.chance(0.5) ? concept(null, 'sitting', null) : null,
    cuffSize: null,
    sleepStatus: random.chance(0.1) ? concept(null, 'asleep', random.pick(TEXTS)) : null,
    confoundingFactor: random.chance(0.2) ? [concept(null, 'x', random.pick(TEXTS))] : [],
  }
}

export function provenanceOf(
  random: Random,
  { holder, version, owner }: Instance<unknown>,
  id: string,
  effective: string,
): readonly Record<string, unknown>[] {
  const entry = {
    organization: { number: owner },
    source: { number: random.chance(0.05) ? '310000108' : holder },
    id,
    pointOfCare: random.chance(0.3) ? { number: random.pick([...numbers.slice(58, 68)]) } : null,
    system: random.pick(['embedded store', 'FHIR', ...TEXTS]),
    authorKind: random.pick(['PATIENT', 'RELATED_PERSON', 'DEVICE', 'STAFF', 'UNKNOWN']),
    measured: effective,
    recorded: effective,
    profile: random.some(['http://ehelse.no/p|0.5.2', 'http://example.org/q'], 0.4),
    version,
    superseded: random.chance(0.05),
  }
  return random.weighted([
    [20, [entry]],
    [1, [entry, { ...entry, pointOfCare: null }]],
    [1, []],
  ])
}
