import { type DemoOrganization, familyNames, givenNames, organizations } from '@kilde/people'
import type { Reference } from 'fhir/r4.js'
import type { CodeSystemKey } from '../fhir/coding.js'
import { authorised, type Place } from '../fhir/parties.js'
import { createRandom } from '../random.js'
import { places } from '../stories/places.js'
import { organizationNumbers } from './numbers.js'

export type OrganizationKind = DemoOrganization['kind']

/** Own series of numbers, apart from that of the demo's organisations (3100…). */
const FIRST_NUMBER = 31_100_000

/** Kinds of the organisations after those of the demo, over and over. */
const KINDS: readonly OrganizationKind[] = ['municipality', 'gp', 'municipality', 'hospital', 'gp']

/**
 * As many organisations as asked for: first those of the demo, so that what is made for them can be loaded into it, then
 * others of an own series of numbers. The same ones whatever the seed.
 */
export function makeOrganizations(count: number): readonly Place[] {
  const own = Object.values(organizations).map((organization) => placeOf(organization.number))
  const numbers = organizationNumbers(FIRST_NUMBER)
  const others = Array.from({ length: Math.max(0, count - own.length) }, (_, index) =>
    makePlace(index, numbers.next().value, numbers.next().value),
  )
  return [...own, ...others].slice(0, count)
}

function placeOf(number: string): Place {
  const found = Object.values(places).find(({ organization }) => organization.number === number)
  if (!found) throw new RangeError('no place is known of an organisation of the demo')
  return found
}

function makePlace(index: number, number: string, pointOfCare: string): Place {
  const kind = KINDS[index % KINDS.length] ?? 'municipality'
  const [name, pointOfCareName] = namesOf(kind, index)
  return {
    organization: { number, pointOfCare, name, pointOfCareName, kind },
    systems: systemsOf(kind, index),
    businessIdentifiers: kind !== 'gp',
    staff: staffOf(number, index),
  }
}

/** Real sources differ in code systems. */
function systemsOf(kind: OrganizationKind, index: number): readonly CodeSystemKey[] {
  if (kind === 'gp') return ['loinc', 'npu']
  return kind === 'municipality' && index % 3 === 0 ? ['loinc', 'mdc'] : ['loinc', 'snomed']
}

const FIRST_PARTS = [
  ...['Stor', 'Lille', 'Nord', 'Sør', 'Øst', 'Vest', 'Gran', 'Furu', 'Bjørk', 'Stein', 'Elv'],
  ...['Sol', 'Vinter', 'Sommer', 'Ravne', 'Ørne', 'Laks', 'Bjørne', 'Ulve', 'Rein', 'Hav'],
] as const
const LAST_PARTS = [
  ...['vik', 'dal', 'nes', 'berg', 'fjord', 'land', 'heim', 'rud', 'stad', 'set', 'moen', 'eid'],
  ...['sund', 'bygd', 'lia', 'haug', 'strand', 'øy', 'ås', 'tun'],
] as const

function namesOf(kind: OrganizationKind, index: number): readonly [string, string] {
  const first = FIRST_PARTS[index % FIRST_PARTS.length] ?? ''
  const round = Math.floor(index / FIRST_PARTS.length)
  const last = LAST_PARTS[round % LAST_PARTS.length] ?? ''
  const again = Math.floor(round / LAST_PARTS.length)
  const place = `${first}${last}${again > 0 ? ` ${again + 1}` : ''}`
  if (kind === 'hospital') return [`${place} sykehus HF`, `${place} medisinske poliklinikk`]
  if (kind === 'gp') return [`${place} legesenter`, `${place} legesenter`]
  return [`${place} kommune`, `${place} oppfølgingssenter`]
}

function staffOf(number: string, index: number): Reference {
  const random = createRandom(`staff ${number}`)
  const given = random.pick(givenNames[random.chance(0.5) ? 'female' : 'male'])
  return authorised(String(9_991_000 + index), `${given} ${random.pick(familyNames)}`)
}
