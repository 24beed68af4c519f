import type { ControlLookup, ControlledAccess } from './detect.js'
import type { MisuseRule } from './rules.js'

/** A log with misuse that is known, to measure the rules by. */
export interface GeneratedAccesses {
  /** In the order of time. */
  readonly accesses: readonly ControlledAccess[]
  readonly lookup: ControlLookup
  /** Ids of the accesses that are misuse, by the rule that should find them. */
  readonly misuse: ReadonlyMap<string, MisuseRule>
  readonly users: number
  readonly days: number
}

const DAYS = 30
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-03-01T00:00:00+01:00')
/** Accesses of one user in the whole period. */
const PER_USER = 200
/** Cases of each kind, for each user. */
const CASES = 0.4
/** Different patients of one case of bulk look-ups. */
const BULK_PATIENTS = 55
/** Of those who misuse, so many claim a decision of others; no rule here sees that. */
const CLAIMING = 0.05
const ORGANIZATIONS = 20
const RARE_NAMES = 4_000
const COMMON_NAMES = 40

/** @param random numbers from 0 to 1 */
export function generateAccesses(count: number, random: () => number): GeneratedAccesses {
  const below = (limit: number): number => Math.floor(random() * limit)
  const users = Math.max(100, Math.ceil(count / PER_USER))
  const patients = users * 20
  const nameOf = (seed: number): string =>
    seed % 5 < 2 ? `common-${seed % COMMON_NAMES}` : `rare-${(seed * 7_919) % RARE_NAMES}`
  const organizationOf = (user: number): string => `organization-${user % ORGANIZATIONS}`
  // One patient in a hundred works in health care, at the organisation of a user.
  const workplaceOf = (patient: number): string | undefined =>
    patient % 100 === 0 ? organizationOf(patient / 100) : undefined
  const worksNights = (user: number): boolean => user % 10 === 0
  const accesses: ControlledAccess[] = []
  const misuse = new Map<string, MisuseRule>()
  const add = (user: number, patient: number, atMs: number, userSelected: boolean): string => {
    const id = `access-${accesses.length}`
    accesses.push({
      ...{ id, atMs, userSelected },
      user: `user-${user}`,
      userFamilyName: nameOf(user),
      organization: organizationOf(user),
      patient: `patient-${patient}`,
    })
    return id
  }
  const byDay = (): number => START_MS + below(DAYS) * DAY_MS + 7 * HOUR_MS + below(9 * HOUR_MS)
  const byNight = (): number => START_MS + below(DAYS) * DAY_MS + below(4 * HOUR_MS)
  for (let at = 0; at < count; at++) {
    const user = below(users)
    const isNight = random() < (worksNights(user) ? 0.4 : 0.0005)
    add(user, below(patients), isNight ? byNight() : byDay(), random() < 0.02)
  }
  const seed = (rule: MisuseRule, user: number, patient: number, atMs: number): void => {
    misuse.set(add(user, patient, atMs, random() >= CLAIMING), rule)
  }
  for (let at = 0; at < users * CASES; at++) {
    const user = below(users)
    const beginMs = byDay()
    for (let one = 0; one < BULK_PATIENTS; one++)
      seed('BULK', user, below(patients), beginMs + one * 50_000)
    const colleague = below(patients / 100) * 100
    seed('COLLEAGUE', userAt(workplaceOf(colleague), users, below), colleague, byDay())
    const relative = userWith((one) => nameOf(one).startsWith('rare'), users, below)
    const patient = userWith((one) => nameOf(one) === nameOf(relative), patients, below)
    seed('FAMILY_NAME', relative, patient, byDay())
    seed(
      'NIGHT',
      userWith((one) => !worksNights(one), users, below),
      below(patients),
      byNight(),
    )
  }
  accesses.sort((a, b) => a.atMs - b.atMs)
  const numberOf = (key: string): number => Number(key.slice('patient-'.length))
  return {
    ...{ accesses, misuse, users, days: DAYS },
    lookup: {
      familyNameOf: (key) => nameOf(numberOf(key)),
      bearersOf: (name) => (name.startsWith('rare') ? 100 : 20_000),
      worksAt: (key, organization) => workplaceOf(numberOf(key)) === organization,
    },
  }
}

function userWith(
  fits: (user: number) => boolean,
  users: number,
  below: (limit: number) => number,
): number {
  const first = below(users)
  for (let step = 0; step < users; step++) {
    const user = (first + step) % users
    if (fits(user)) return user
  }
  return first
}

const userAt = (
  organization: string | undefined,
  users: number,
  below: (limit: number) => number,
): number =>
  userWith((user) => `organization-${user % ORGANIZATIONS}` === organization, users, below)
