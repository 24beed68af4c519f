import { instantText } from '@kilde/contract'
import { type MisuseRule, misuseRules } from './rules.js'

/** What log control looks at of one access. */
export interface ControlledAccess {
  readonly id: string
  readonly atMs: number
  /** Whoever asked: any stable key. */
  readonly user: string
  readonly userFamilyName: string
  readonly organization: string
  /** Any stable key. */
  readonly patient: string
  /** True where the user chose the ground by hand (self-authorisation). */
  readonly userSelected: boolean
}

/** What base data and personnel registers say, for log control. */
export interface ControlLookup {
  familyNameOf(patient: string): string | undefined
  /** How many people bear a family name. */
  bearersOf(familyName: string): number
  worksAt(patient: string, organization: string): boolean
}

export interface Alert {
  readonly rule: MisuseRule
  readonly access: ControlledAccess
}

/** Accesses that a rule picks out, for somebody to look at: a sign, never a finding. Accesses in the order of time. */
export function detect(
  accesses: readonly ControlledAccess[],
  lookup: ControlLookup,
): readonly Alert[] {
  const byUser = new Map<string, ControlledAccess[]>()
  for (const access of accesses) {
    const own = byUser.get(access.user)
    if (own) own.push(access)
    else byUser.set(access.user, [access])
  }
  return [...byUser.values()].flatMap((own) => [
    ...bulk(own),
    ...own.filter((access) => isColleague(access, lookup)).map(alertOf('COLLEAGUE')),
    ...own.filter((access) => isFamily(access, lookup)).map(alertOf('FAMILY_NAME')),
    ...atNight(own),
  ])
}

const alertOf =
  (rule: MisuseRule) =>
  (access: ControlledAccess): Alert => ({ rule, access })

/** All accesses of an hour in which too many different patients were looked up. */
function bulk(own: readonly ControlledAccess[]): readonly Alert[] {
  const { windowMs, patients } = misuseRules.BULK
  const found = new Set<ControlledAccess>()
  const counts = new Map<string, number>()
  let from = 0
  own.forEach((access, to) => {
    counts.set(access.patient, (counts.get(access.patient) ?? 0) + 1)
    for (let first = own[from]; first && first.atMs <= access.atMs - windowMs; first = own[from]) {
      const left = (counts.get(first.patient) ?? 1) - 1
      if (left === 0) counts.delete(first.patient)
      else counts.set(first.patient, left)
      from += 1
    }
    if (counts.size >= patients) for (const one of own.slice(from, to + 1)) found.add(one)
  })
  return [...found].map(alertOf('BULK'))
}

const isColleague = (access: ControlledAccess, lookup: ControlLookup): boolean =>
  access.userSelected && lookup.worksAt(access.patient, access.organization)

function isFamily(access: ControlledAccess, lookup: ControlLookup): boolean {
  const name = lookup.familyNameOf(access.patient)
  if (!access.userSelected || name === undefined || name !== access.userFamilyName) return false
  return lookup.bearersOf(name) <= misuseRules.FAMILY_NAME.bearers
}

function atNight(own: readonly ControlledAccess[]): readonly Alert[] {
  const { known, usualShare } = misuseRules.NIGHT
  const nightly = own.filter(isNight)
  if (own.length < known || nightly.length === 0) return []
  const isUsual = nightly.length / own.length > usualShare
  return isUsual ? [] : nightly.filter(({ userSelected }) => userSelected).map(alertOf('NIGHT'))
}

function isNight({ atMs }: ControlledAccess): boolean {
  const { fromHour, untilHour, timeZone } = misuseRules.NIGHT
  // RFC 3339 with the zone's own offset: the hour that the clocks showed.
  const hour = Number(instantText(atMs, timeZone).slice(11, 13))
  return hour >= fromHour && hour < untilHour
}
