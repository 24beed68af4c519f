import {
  InvalidPatientIdentifier,
  type PatientIdentifier,
  parsePatientIdentifier,
} from '@kilde/contract'
import { mayBeConfidential, type PrivacyView, type Representation } from '@kilde/privacy'
import type { Citizen } from '@kilde/trust'
import type { AgeRule, Relation } from './decision.js'
import type { PrivacyPort } from './privacy-port.js'
import type { PolicyTables } from './tables.js'

/** What a citizen is to the patient, and what follows from it. */
export interface Standing {
  readonly relation: Relation
  readonly ageRule: AgeRule
  /** In the last age band. */
  readonly adult: boolean
  /** Is, or may be: of the patient, or of who represents the patient. */
  readonly addressConfidential: boolean
}

export const NO_STANDING: Standing = {
  relation: 'NONE',
  ageRule: 'CLOSED',
  adult: false,
  addressConfidential: false,
}

export interface StandingContext {
  readonly patient: PatientIdentifier
  readonly dataClass: string
  readonly privacy: PrivacyPort
  readonly view: PrivacyView | 'UNKNOWN'
  readonly tables: PolicyTables
  readonly nowMs: number
}

/** From the token (who, for whom, why) and the patient's settings (who may represent, age): both must say so. */
export function standingOf(caller: Citizen, context: StandingContext): Standing {
  const { view, patient } = context
  if (view === 'UNKNOWN') return { ...NO_STANDING, addressConfidential: true }
  const { person } = view
  const own = caller.purpose === 'PATRQT' && caller.pid === patient.value
  if (context.privacy.connected === false) return vouched(caller, own, patient)
  const representation = own ? undefined : representationOf(caller, view, context)
  const relation = own ? 'SELF' : (representation?.kind ?? 'NONE')
  const band = person && bandOf(person.birthDate, context)
  return {
    relation,
    ageRule: ageRuleOf(relation, band, context.tables),
    adult: band !== undefined && band === context.tables.ages.bands.at(-1)?.name,
    addressConfidential: mayBeConfidential(view) || representation?.addressConfidential === true,
  }
}

/** No settings are kept: the issuer vouches for representation and age. */
function vouched(caller: Citizen, own: boolean, patient: PatientIdentifier): Standing {
  const standing = { ageRule: 'OPEN', adult: false, addressConfidential: false } as const
  if (own) return { ...standing, relation: 'SELF' }
  if (caller.onBehalfOf !== patient.value) return NO_STANDING
  const relation = caller.purpose === 'FAMRQT' ? 'PARENT' : 'POWER_OF_ATTORNEY'
  return { ...standing, relation }
}

const KINDS: Readonly<Record<Citizen['purpose'], readonly string[]>> = {
  PATRQT: [],
  FAMRQT: ['PARENT'],
  PWATRNY: ['POWER_OF_ATTORNEY', 'UNABLE_TO_CONSENT'],
}

function representationOf(
  caller: Citizen,
  view: PrivacyView,
  { patient, privacy, dataClass, nowMs }: StandingContext,
): Representation | undefined {
  if (caller.onBehalfOf !== patient.value) return undefined
  const representative = digestOf(caller.pid, privacy)
  if (representative === undefined) return undefined
  return view.representation.find(
    (one) =>
      one.representative === representative &&
      KINDS[caller.purpose].includes(one.kind) &&
      (one.classes?.includes(dataClass) ?? true) &&
      holds(one.validity, nowMs),
  )
}

function digestOf(pid: string, privacy: PrivacyPort): string | undefined {
  try {
    return privacy.digest(parsePatientIdentifier(pid))
  } catch (error) {
    if (error instanceof InvalidPatientIdentifier) return undefined
    throw error
  }
}

const holds = ({ from, until }: Representation['validity'], nowMs: number): boolean =>
  Date.parse(from) <= nowMs && (until === undefined || nowMs < Date.parse(until))

/** Not known, or not listed: closed. */
function ageRuleOf(relation: Relation, band: string | undefined, { ages }: PolicyTables): AgeRule {
  if (relation === 'NONE' || band === undefined) return 'CLOSED'
  return ages.rules[relation][band] ?? 'CLOSED'
}

/** By the date in Norway: a birthday begins there at midnight. */
function bandOf(birthDate: string, { tables, nowMs }: StandingContext): string | undefined {
  const age = ageAt(birthDate, osloDate.format(nowMs))
  return tables.ages.bands.find(({ below }) => below === undefined || age < below)?.name
}

const osloDate = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short' })

/** Whole years from one `YYYY-MM-DD` to another. */
function ageAt(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}
