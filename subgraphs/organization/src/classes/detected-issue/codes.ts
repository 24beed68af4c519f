import type { Concept } from '../../map/elements.js'

/** VKP's code systems for alerts, their follow-up and severity (target-architecture B8). */
const VKP_ALERT = 'http://ehelse.no/fhir/CodeSystem/vkp-alert-code-v090'
export const VKP_EVENT = 'http://ehelse.no/fhir/CodeSystem/vkp-composition-event-v090'
const VKP_SEVERITY = /vkp-severity-level-v090$/

type Coded = Concept | undefined

/** Codes of a code system in a concept. */
export const codesIn = (concept: Coded, isMeant: (system: string) => boolean): readonly string[] =>
  (concept?.coding ?? []).flatMap(({ system = '', code }) =>
    code !== undefined && isMeant(system) ? [code] : [],
  )

export const alertCodes = (concept: Coded): readonly string[] =>
  codesIn(concept, (system) => system === VKP_ALERT)

/**
 * That something was done: a measurement reported, a form answered. VKP lists these among the alerts; nobody has to do anything
 * about them, and what was reported comes as itself.
 */
export const isEvent = (concept: Coded): boolean => {
  const codes = alertCodes(concept)
  return codes.length > 0 && codes.every((code) => /^5\.2(\.\d+)?$/.test(code))
}

/** `AlertKind` of the contract. */
export type AlertKind =
  | 'HOME_FOLLOW_UP'
  | 'SUMMARY'
  | 'MISSING_REPORT'
  | 'INACTIVE_PATIENT'
  | 'DISPENSER'
  | 'LOCATION'
  | 'SAFETY_ALARM'
  | 'SUPERVISION'
  | 'DOOR_LOCK'
  | 'PATIENT_SIGNAL'
  | 'OTHER'

/** The exact code before its group. */
const KINDS: readonly (readonly [RegExp, AlertKind])[] = [
  [/^5\.1$/, 'SUMMARY'],
  [/^5\.3\.[12]$/, 'MISSING_REPORT'],
  [/^5\.3$/, 'INACTIVE_PATIENT'],
  [/^5$/, 'HOME_FOLLOW_UP'],
  [/^1(\.\d+)?$/, 'DISPENSER'],
  [/^2$/, 'LOCATION'],
  [/^3$/, 'SAFETY_ALARM'],
  [/^4(\.\d+)?$/, 'SUPERVISION'],
  [/^6$/, 'DOOR_LOCK'],
  [/^7(\.1)?$/, 'PATIENT_SIGNAL'],
]

const kindOfCode = (code: string): AlertKind | undefined =>
  KINDS.find(([form]) => form.test(code))?.[1]

export const isKnownCode = (code: string): boolean =>
  kindOfCode(code) !== undefined || /^5\.2(\.[1-3])?$/.test(code)

/** Of several codes the first that has a kind. */
export const kindOfAlert = (concept: Coded): AlertKind =>
  alertCodes(concept).flatMap((code) => kindOfCode(code) ?? [])[0] ?? 'OTHER'

/** What did not come, by VKP's code. */
export function whatIsMissing(concept: Coded): 'MEASUREMENT' | 'QUESTIONNAIRE' | 'ANYTHING' | null {
  const codes = alertCodes(concept)
  if (codes.includes('5.3.2')) return 'MEASUREMENT'
  if (codes.includes('5.3.1')) return 'QUESTIONNAIRE'
  return codes.includes('5.3') ? 'ANYTHING' : null
}

const SEVERITIES: Readonly<Record<string, string>> = {
  '0': 'NOT_REPORTED',
  '10': 'NORMAL',
  '20': 'MODERATE',
  '30': 'SERIOUS',
  '40': 'CRITICAL',
  low: 'NORMAL',
  moderate: 'MODERATE',
  high: 'SERIOUS',
}

interface Severe {
  readonly severity?: string | undefined
  readonly extension?:
    | readonly { readonly url: string; readonly valueCodeableConcept?: Concept | undefined }[]
    | undefined
}

/** VKP's severity before FHIR's, which has fewer steps. */
export function severityOf({ severity, extension = [] }: Severe): string | undefined {
  const own = extension
    .filter(({ url }) => VKP_SEVERITY.test(url))
    .flatMap((one) => codesIn(one.valueCodeableConcept, (system) => VKP_SEVERITY.test(system)))
  return [...own, severity ?? ''].flatMap((code) => SEVERITIES[code] ?? [])[0]
}
