import { parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import fc from 'fast-check'
import type { Fact, PatientFacts, Population } from './facts.js'
import { plansOf } from './plan-facts.js'
import {
  codes,
  DAY_MS,
  HPR,
  LAST_DAY_MS,
  labelOf,
  ORGANIZATION,
  OTHER_OWNER,
  ownerOf,
  statuses,
  timesOf,
} from './vocabulary.js'

const people = [patients.copd, patients.onePlace, patients.diabetes]
/** Known nowhere. */
export const nobody = parsePatientIdentifier(patients.none.identifier)

/** A population of so many rows, the same for the same seed: many at one instant, some of a whole day, some by `issued`. */
export function populationOf(rows: number, seed: number): Population {
  const drawn = fc.sample(row, { seed, numRuns: rows })
  return {
    organization: ORGANIZATION,
    patients: people.map(patientFacts),
    facts: drawn.map((one, index) => factOf(one, index, rows)),
    plans: plansOf(Math.ceil(rows / 5), seed),
  }
}

const row = fc.record({
  kind: fc.constantFrom('pulse', 'saturation', 'pressure', 'local'),
  /** Half of all at few instants. */
  minutes: fc.oneof(fc.constantFrom(0, 60, 1_440, 1_441), fc.nat(400 * 1_440)),
  time: fc.constantFrom('instant', 'instant', 'instant', 'offset', 'date', 'period', 'issued'),
  status: fc.constantFrom('final', 'final', 'final', ...statuses),
  category: fc.subarray(['vital-signs', 'survey', 'laboratory']),
  abnormal: fc.boolean(),
  label: fc.constantFrom(undefined, undefined, undefined, 'NORS', 'NORU', 'NORU', 'NORN'),
  opensInDays: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined }),
  owner: fc.constantFrom(undefined, ORGANIZATION, OTHER_OWNER),
  author: fc.constantFrom('UNKNOWN', 'PATIENT', 'STAFF'),
  value: fc.nat(1_500),
  identified: fc.boolean(),
  componentsOnly: fc.boolean(),
})

type Row = typeof row extends fc.Arbitrary<infer T> ? T : never

function factOf(drawn: Row, index: number, rows: number): Fact {
  const key = `f${index}`
  // The first patient has three quarters of all, the last has a handful.
  const person = people[index < rows * 0.75 ? 0 : index < rows - 5 ? 1 : 2] ?? patients.copd
  const at = LAST_DAY_MS - drawn.minutes * 60_000
  const { t, precision, ...times } = timesOf(drawn.time, at)
  const { coded, codes: tokens } = codedValue(drawn)
  const { label, opensInDays, owner, author, abnormal, identified, category } = drawn
  const openFromMs =
    label === 'NORU' && opensInDays !== undefined ? LAST_DAY_MS + opensInDays * DAY_MS : undefined
  const identifier = identified ? `urn:test:id|${key}` : undefined
  return {
    ...{ key, t, precision, status: drawn.status, codes: tokens, category, abnormal },
    patient: parsePatientIdentifier(person.identifier),
    labels: label === undefined ? [] : [label],
    ...(openFromMs !== undefined && { openFromMs }),
    owner: owner ?? ORGANIZATION,
    authorKind: author,
    ...(identifier !== undefined && { identifier }),
    resource: textOf({
      resourceType: 'Observation',
      ...(label !== undefined && { meta: { security: [labelOf(label, openFromMs)] } }),
      ...(identified && { identifier: [{ system: 'urn:test:id', value: key }] }),
      status: drawn.status,
      ...(category.length > 0 && { category: category.map((code) => ({ coding: [{ code }] })) }),
      ...coded,
      ...times,
      performer: [...authorOf(author, person.identifier), ...ownerOf(owner)],
      ...(abnormal && { interpretation: [{ coding: [{ system: HIGH, code: 'H' }] }] }),
      note: [{ text: `row ${index}` }],
    }),
  }
}

const HIGH = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'

function authorOf(author: Row['author'], number: string) {
  if (author === 'UNKNOWN') return []
  const identifier =
    author === 'STAFF'
      ? { system: HPR, value: '7777777' }
      : { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: number }
  return [{ identifier }]
}

function codedValue({ kind, value, componentsOnly }: Row) {
  const coding = (token: string) => {
    const [system, code] = token.split('|')
    return { system, code }
  }
  const amount = (unit: string) => ({
    valueQuantity: { value: `@${(value / 10).toFixed(1)}@`, unit, system: UCUM, code: unit },
  })
  switch (kind) {
    case 'pulse': {
      const both = [codes.pulse, codes.pulseToo]
      return { codes: both, coded: { code: { coding: both.map(coding) }, ...amount('/min') } }
    }
    case 'saturation':
      return {
        codes: [codes.saturation],
        coded: { code: { coding: [coding(codes.saturation)] }, ...amount('%') },
      }
    case 'local':
      return {
        codes: [codes.local],
        coded: { code: { coding: [coding(codes.local)] }, valueInteger: value },
      }
    case 'pressure': {
      const own = componentsOnly ? codes.none.replace('1-8', '35094-2') : codes.pressure
      const component = [{ code: { coding: [coding(codes.systolic)] }, ...amount('mm[Hg]') }]
      return { codes: [own, codes.systolic], coded: { code: { coding: [coding(own)] }, component } }
    }
  }
}

const UCUM = 'http://unitsofmeasure.org'

/** A number between at signs keeps its digits. */
const textOf = (resource: object): string => JSON.stringify(resource).replace(/"@([\d.]+)@"/g, '$1')

function patientFacts({ identifier, name }: (typeof people)[number], index: number): PatientFacts {
  const own = parsePatientIdentifier(identifier)
  const [given = '', family = ''] = name.split(' ')
  const usual = { use: 'usual', text: `Kalt ${given}` }
  const over = { use: 'old', text: 'Gammel Testnavn' }
  const official = { use: 'official', family, given: [given] }
  const said = index === 0 ? [official, usual, over] : [official]
  return {
    identifier: own,
    names: [
      { use: 'official', text: `${given} ${family}`, family, given: [given], recordedMs: 0 },
      ...(index === 0 ? [{ ...usual, given: [], recordedMs: 0 }] : []),
    ],
    resource: { resourceType: 'Patient', identifier: [own], name: said },
  }
}
