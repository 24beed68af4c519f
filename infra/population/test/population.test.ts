import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { patients as demoPatients, organizations, personas } from '@kilde/people'
import fc from 'fast-check'
import { generatePopulation, type PopulationRequest, writePopulation } from '../src/index.js'
import { consentsIn, countAgain, isImplausible, observationsIn, patientsIn } from './count-again.js'

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

async function write(request: PopulationRequest) {
  const folder = mkdtempSync(join(tmpdir(), 'kilde-population-'))
  made.push(folder)
  return { folder, ...(await writePopulation(request, folder)) }
}

/** Digest of all files of a folder, names and bytes. */
function digestOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const digest = createHash('sha256')
  for (const file of files) digest.update(file.slice(folder.length)).update(readFileSync(file))
  return digest.digest('hex')
}

const small = { patients: 30, organizations: 9, days: 60, seed: 'test' } as const

describe('a population', () => {
  it('is the same, to the last byte, for the same request', async () => {
    const { folder } = await write(small)
    expect(digestOf(folder)).toBe(
      'b34ad6b4db75f510eb852f8d0b1009990f375fd0f2bc887e8e99e8d6b21bc3c9',
    )
    const other = await write({ ...small, seed: 'other' })
    expect(digestOf(other.folder)).not.toBe(digestOf(folder))
  })

  it('has the same first patients however many follow', () => {
    const of = (patients: number) =>
      [...generatePopulation({ ...small, patients }).patients].map(({ entries }) =>
        entries.map(({ observation }) => observation),
      )
    expect(of(9).slice(0, 3)).toEqual(of(3))
  })

  it('has the statistics that are counted again in its files, whatever the request', async () => {
    const requests = fc.record({
      patients: fc.integer({ min: 1, max: 10 }),
      organizations: fc.integer({ min: 1, max: 12 }),
      days: fc.integer({ min: 1, max: 35 }),
      seed: fc.string({ maxLength: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { folder, statistics, written } = await write({
          ...request,
          shares: { implausible: 0.01, scoreMismatches: 0.2, corrected: 0.02, wrongClocks: 0 },
        })
        const lines = observationsIn(folder)
        const { incidents, organizations: held, ...counted } = statistics
        const { implausible, scoreMismatches, late } = incidents
        expect(countAgain(lines)).toEqual({
          ...pick(counted),
          ...{ implausible, scoreMismatches, late },
        })
        for (const [number, { lines: own, patients }] of Object.entries(held)) {
          expect(lines.filter(({ holder }) => holder === number)).toHaveLength(own)
          expect(patientsIn(folder).filter(([holder]) => holder === number)).toHaveLength(patients)
        }
        expect(consentsIn(folder)).toBe(statistics.blocks)
        const files = readdirSync(folder, { recursive: true }).map(String)
        expect(files.filter((name) => name.endsWith('.ndjson'))).toHaveLength(written.files)
      }),
      { numRuns: 6 },
    )
  }, 60_000)

  it('is plausible in every value but the share that is told', async () => {
    const { folder, statistics } = await write({ ...small, shares: { implausible: 0 } })
    const lines = observationsIn(folder)
    expect(lines.filter(({ observation }) => isImplausible(observation))).toEqual([])
    expect(statistics.incidents.implausible).toBe(0)
  })

  it('gives no id twice, and a later version only after the first', async () => {
    const { folder } = await write(small)
    const seen = new Map<string, number>()
    for (const { holder, observation } of observationsIn(folder)) {
      const key = `${holder} ${observation.id}`
      expect(Number(observation.meta?.versionId)).toBe((seen.get(key) ?? 0) + 1)
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    expect([...seen.values()].filter((versions) => versions > 1).length).toBeGreaterThan(0)
  })
})

const pick = ({
  observations,
  byKind,
  copies,
  duplicates,
  corrections,
  withdrawals,
}: Omit<ReturnType<typeof countAgain>, 'implausible' | 'scoreMismatches' | 'late'>) => ({
  ...{ observations, byKind, copies, duplicates, corrections, withdrawals },
})

describe('the people', () => {
  const people = [...generatePopulation({ ...small, patients: 1_500, days: 1 }).patients].map(
    ({ patient }) => patient.person,
  )
  const numbers = people.map(({ identifier }) => identifier)

  it('have synthetic numbers of their own: month + 80, never twice, nobody’s of the demo', () => {
    expect(new Set(numbers).size).toBe(1_500)
    const known = [
      ...Object.values(demoPatients).map(({ identifier }) => identifier),
      ...personas.map(({ pid }) => pid),
    ]
    for (const number of numbers) {
      expect(parsePatientIdentifier(number).value).toBe(number)
      expect(Number(number.slice(2, 4))).toBeGreaterThan(80)
      expect(known).not.toContain(number)
    }
  })

  it('have numbers by today’s rule for check digits and, some, by that of 2032 only', () => {
    const weights = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]
    const remainders = numbers.map(
      (number) => weights.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0) % 11,
    )
    const by2032 = remainders.filter((remainder) => remainder > 0).length
    expect(by2032 / 1_500).toBeGreaterThan(0.1)
    expect(by2032 / 1_500).toBeLessThan(0.35)
  })

  it('were born on the day that their number tells, and have Norwegian names', () => {
    for (const { identifier, birthDate, name } of people) {
      const [year = '', month, day] = birthDate.split('-')
      const expected = `${day}${Number(month) + 80}${year.slice(2)}`
      expect(identifier.slice(0, 6)).toBe(expected)
      expect(name).toMatch(/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u)
    }
  })
})

describe('the organisations', () => {
  it('are those of the demo first, then others with well-formed numbers of an own series', () => {
    const { world } = generatePopulation({ ...small, organizations: 300 })
    const numbers = world.places.map(({ organization }) => organization.number)
    const demo = Object.values(organizations).map(({ number }) => number)
    expect(numbers.slice(0, 6)).toEqual(demo)
    const all = world.places.flatMap(({ organization }) => [
      organization.number,
      organization.pointOfCare,
    ])
    expect(new Set(all).size).toBe(600)
    for (const number of all) {
      const sum = [3, 2, 7, 6, 5, 4, 3, 2, 1].reduce(
        (total, weight, at) => total + weight * Number(number[at]),
        0,
      )
      expect(sum % 11).toBe(0)
    }
    const names = world.places.map(({ organization }) => organization.name)
    expect(new Set(names).size).toBe(300)
  })
})
