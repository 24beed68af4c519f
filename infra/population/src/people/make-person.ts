import { createHash } from 'node:crypto'
import { familyNames, givenNames, patients, personas } from '@kilde/people'
import type { Random } from '../random.js'
import { type Birth, identityNumber } from './identity-number.js'

export interface MadePerson {
  readonly name: string
  readonly given: string
  readonly family: string
  readonly sex: 'female' | 'male'
  readonly identifier: string
  /** ISO date. */
  readonly birthDate: string
}

/** Most people that one seed can have: as many days of the year, each with as many serials, are all different. */
export const MOST_PEOPLE = 365 * 400

/**
 * The person at a place of the series. Two places never share day, month and serial of birth, so that no number is made
 * twice, whatever the year. The series of each seed begins elsewhere.
 * @param years first and last year of birth, within 1900 to 1999
 */
export function makePerson(
  series: string,
  index: number,
  years: readonly [number, number],
  by2032: boolean,
  random: Random,
): MadePerson {
  const sex = random.chance(0.5) ? 'female' : 'male'
  const given = random.pick(givenNames[sex])
  const family = random.pick(familyNames)
  const birth = { year: random.whole(...years), ...dayOfYear(index % 365) }
  const serial = (startOf(series) + Math.floor(index / 365)) % 500
  const number = identityNumber(birth, serial, by2032)
  return {
    name: `${given} ${family}`,
    ...{ given, family, sex },
    // Somebody of the demo may have this number; its neighbour of the rule of 2032 is free.
    identifier: KNOWN.has(number) ? identityNumber(birth, serial, !by2032) : number,
    birthDate: isoDate(birth),
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(patients).map(({ identifier }) => identifier),
  ...personas.map(({ pid }) => pid),
])

const startOf = (series: string): number =>
  createHash('sha256').update(series).digest().readUInt16BE() % 500

/** Day `index` (0 to 364) of a year without leap day. */
function dayOfYear(index: number): Omit<Birth, 'year'> {
  const date = new Date(Date.UTC(2001, 0, 1 + index))
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

const isoDate = ({ year, month, day }: Birth): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
