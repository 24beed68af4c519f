import { toConcept, wordsOf } from '../../map/concept.js'
import type { Concept } from '../../map/elements.js'
import type { PartOfType, PlanElements, Reference } from './elements.js'
import type { Parts } from './parts.js'

/** Severity of a zone's Condition: the Norwegian code system, and the names that it is written under besides. */
export const ZONE_SYSTEM =
  'http://hl7.no/fhir/ig/planer-hacking/CodeSystem/planer-hacking-observation-severity-zone-cs'

export type ZoneLevel = 'GREEN' | 'YELLOW' | 'RED'
const LEVELS: Readonly<Record<string, ZoneLevel>> = { green: 'GREEN', yellow: 'YELLOW', red: 'RED' }
const ORDER: readonly (ZoneLevel | undefined)[] = ['GREEN', 'YELLOW', 'RED', undefined]

/** The level that a severity says in the zones' code system. Words alone say none: a zone is never guessed. */
export function zoneLevel(severity: Concept | undefined): ZoneLevel | undefined {
  const coding = severity?.coding?.find(({ system }) => system === ZONE_SYSTEM)
  return LEVELS[coding?.code ?? '']
}

/** Profile of a plan that is a zone of another, and the end by which every version of it is known. */
export const ZONE_PROFILE_URL =
  'http://hl7.no/fhir/ig/planer-hacking/StructureDefinition/planer-hacking-v2-zone-careplan'
const ZONE_PROFILE = /-zone-careplan(\||$)/

/** Whether a plan is a zone of another: it says so by its profile, or by a Condition whose severity is a zone. */
export function isZone(
  { meta, addresses = [] }: PlanElements,
  conditionOf: (reference: Reference) => PartOfType<'Condition'> | undefined,
): boolean {
  if (meta?.profile?.some((profile) => ZONE_PROFILE.test(profile))) return true
  return addresses.some((one) => zoneLevel(conditionOf(one)?.severity) !== undefined)
}

/** Zones of a plan, green first. One that was entered in error, or has been ended, is none. */
export function zonesOf(parts: Parts) {
  const zones = parts.zones
    .filter(({ status }) => !ENDED.has(status ?? ''))
    .map((zone) => zoneOf(zone, parts))
  const sorted = zones.toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))
  return sorted.map((zone, index) => ({ ...zone, order: index + 1 }))
}

const ENDED: ReadonlySet<string> = new Set(['entered-in-error', 'revoked', 'completed'])

function zoneOf(zone: PartOfType<'CarePlan'>, parts: Parts) {
  const conditions = (zone.addresses ?? []).map((reference) => ({
    reference,
    condition: parts.find('Condition', reference),
  }))
  const words = conditions.flatMap(
    ({ reference, condition }) =>
      (condition?.code && wordsOf(condition.code)) ?? reference.display ?? [],
  )
  const levels = conditions.flatMap(({ condition }) => zoneLevel(condition?.severity) ?? [])
  return {
    // Two levels in one zone are none that could be shown.
    level: new Set(levels).size === 1 ? levels[0] : undefined,
    title: zone.title,
    condition: words.length > 0 ? words.join('\n') : undefined,
    action: (zone.activity ?? []).flatMap(({ detail }) => {
      const text = detail?.description ?? (detail?.code && wordsOf(detail.code))
      return text === undefined ? [] : [{ text, status: activityStatus(detail?.status) }]
    }),
  }
}

/** FHIR CarePlanActivityStatus in the contract's spelling; undefined for a code that FHIR does not have. */
export function activityStatus(status: string | undefined): string | undefined {
  const spelled = status?.toUpperCase().replaceAll('-', '_')
  return ACTIVITY.find((one) => one === spelled)
}

const ACTIVITY = [
  'NOT_STARTED',
  'SCHEDULED',
  'IN_PROGRESS',
  'ON_HOLD',
  'COMPLETED',
  'CANCELLED',
  'STOPPED',
  'UNKNOWN',
  'ENTERED_IN_ERROR',
] as const

/** Conditions that a plan itself is about. */
export const addressesOf = (addresses: readonly Reference[] | undefined, parts: Parts) =>
  (addresses ?? []).flatMap((reference) => {
    const found = parts.find('Condition', reference)
    const code =
      found?.code ?? (reference.display === undefined ? undefined : { text: reference.display })
    if (!code) return []
    return [
      {
        code: toConcept(code),
        clinicalStatus: found?.clinicalStatus && toConcept(found.clinicalStatus),
        severity: found?.severity && toConcept(found.severity),
      },
    ]
  })
