import type { WrittenPopulation } from '@kilde/population'
import type { Colours } from '../style.js'
import { table } from '../table.js'

/** The statistics for people. */
export function statisticsText(
  { statistics, written }: WrittenPopulation,
  folder: string,
  { bold }: Colours,
): string {
  const { patients, observations, conditions, courses, events, byKind, incidents } = statistics
  const { copies, duplicates, corrections, withdrawals, organizations } = statistics
  const holders = Object.entries(organizations)
  const head = `${plain(patients)} patients, ${plain(observations)} observations at ${holders.length} organisations in ${folder} (${plain(written.files)} files, ${megabytes(written.bytes)} MB).`
  const { missed, gaps, late, wrongClock, implausible, scoreMismatches, handOvers } = incidents
  return [
    `${bold(head)}\n`,
    listing('Conditions', conditions),
    listing('Courses', courses),
    listing('Of patients', { ...events, handOvers, gaps, blocks: statistics.blocks }),
    listing('Of observations', {
      copies,
      duplicates,
      late,
      wrongClock,
      implausible,
      scoreMismatches,
    }),
    listing('Besides', { corrections, withdrawals, missed }),
    listing('Kinds', byKind),
    table(
      ['Organisation', 'Name', 'Patients', 'Observations'],
      holders.map(([number, one]) => [
        number,
        one.name,
        plain(one.patients),
        plain(one.observations),
      ]),
    ),
  ].join('\n')
}

/** Most frequent first. */
function listing(title: string, counts: Readonly<Partial<Record<string, number>>>): string {
  const rows = Object.entries(counts)
    .map(([name, number]) => [name, number ?? 0] as const)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => [words(name), plain(number)])
  return table([title, ''], rows)
}

/** `HOSPITAL_AT_HOME` and `handOvers` in words. */
const words = (name: string): string =>
  name === name.toUpperCase()
    ? name.toLowerCase().replaceAll('_', ' ')
    : name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const plain = (number: number): string => number.toLocaleString('en-GB')

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)
