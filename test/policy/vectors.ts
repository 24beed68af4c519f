import { readFileSync } from 'node:fs'
import {
  citizenCells,
  classCells,
  outcomesOf,
  placeCells,
  professionalCells,
  type VectorFile,
  vectorFiles,
} from './cells.js'
import { runCitizen } from './run-citizen.js'
import { runPlaces } from './run-places.js'
import { runProfessional } from './run-professional.js'

/** A cell whose outcome is not the expected one. */
export interface Mismatch {
  readonly file: string
  readonly cell: unknown
  readonly expected: string | undefined
  readonly decided: string
}

export interface Figures {
  readonly cells: number
  readonly mismatches: readonly Mismatch[]
  /** Vector files that are not what the oracle says now. */
  readonly stale: readonly string[]
}

export const textOf = (file: VectorFile): string => `${JSON.stringify(file, undefined, 1)}\n`

export const fileUrl = (name: string): URL => new URL(`./generated/${name}`, import.meta.url)

/** Every cell (or every n-th) of the committed files against the product, and the files against the oracle. */
export async function runVectors(every = 1): Promise<Figures> {
  const read = (name: string): VectorFile => JSON.parse(readFileSync(fileUrl(name), 'utf8'))
  const stale = Object.entries(vectorFiles())
    .filter(([name, file]) => readFileSync(fileUrl(name), 'utf8') !== textOf(file))
    .map(([name]) => name)
  const mismatches = [
    ...(await compare('professionals.json', read, professionalCells(), runProfessional, every)),
    ...(await compare('classes.json', read, classCells(), runProfessional, every)),
    ...(await compare('citizens.json', read, citizenCells(), runCitizen, every)),
    // Few: all of them, each time.
    ...(await compare('places.json', read, placeCells(), runPlaces, 1)),
  ]
  const some = [professionalCells(), classCells(), citizenCells()].map(({ length }) =>
    Math.ceil(length / every),
  )
  const cells = [...some, placeCells().length]
  return { cells: cells.reduce((sum, count) => sum + count, 0), mismatches, stale }
}

async function compare<T>(
  file: string,
  read: (name: string) => VectorFile,
  cells: readonly T[],
  run: (cell: T) => Promise<string>,
  every: number,
): Promise<readonly Mismatch[]> {
  const expected = outcomesOf(read(file))
  if (expected.length !== cells.length) throw new RangeError(`${file} has other cells`)
  const found: Mismatch[] = []
  for (const [index, cell] of cells.entries()) {
    if (index % every !== 0) continue
    const decided = await run(cell)
    if (decided !== expected[index]) found.push({ file, cell, expected: expected[index], decided })
  }
  return found
}
