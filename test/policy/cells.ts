import {
  addresses,
  ages,
  askers,
  baseData,
  citizenAges,
  citizenClasses,
  citizens,
  classRelations,
  classRequesters,
  classRows,
  classSettings,
  labels,
  NOW,
  PROVIDER,
  placeClasses,
  purposes,
  relations,
  requesters,
  rows,
  settings,
} from './axes.js'
import { citizenOutcome, placesOutcome, professionalOutcome } from './oracle.js'

/** Axes by name, in the order in which cells are counted: the last runs fastest. */
const professionalAxes = { requesters, relations, purposes, settings, rows, ages } as const
const classAxes = {
  requesters: classRequesters,
  relations: classRelations,
  purposes,
  settings: classSettings,
  rows: classRows,
} as const
const citizenAxes = {
  citizens,
  ages: citizenAges,
  labels,
  addresses,
  classes: citizenClasses,
} as const

const placeAxes = { askers, baseData, classes: placeClasses } as const

export type ProfessionalCell = ReturnType<typeof professionalCells>[number]
export type ClassCell = ReturnType<typeof classCells>[number]
export type CitizenCell = ReturnType<typeof citizenCells>[number]
export type PlaceCell = ReturnType<typeof placeCells>[number]

export const professionalCells = () =>
  requesters.flatMap((requester) =>
    relations.flatMap((relation) =>
      purposes.flatMap((purpose) =>
        settings.flatMap((held) =>
          rows.flatMap((row) =>
            ages.map((age) => ({ requester, relation, purpose, settings: held, row, age })),
          ),
        ),
      ),
    ),
  )

/** As above for one row of every class; the age is no fact. */
export const classCells = () =>
  classRequesters.flatMap((requester) =>
    classRelations.flatMap((relation) =>
      purposes.flatMap((purpose) =>
        classSettings.flatMap((held) =>
          classRows.map((row) => ({
            requester,
            relation,
            purpose,
            settings: held,
            row,
            age: ages[1],
          })),
        ),
      ),
    ),
  )

export const citizenCells = () =>
  citizens.flatMap((citizen) =>
    citizenAges.flatMap((age) =>
      labels.flatMap((label) =>
        addresses.flatMap((address) =>
          citizenClasses.map((dataClass) => ({ citizen, age, label, address, dataClass })),
        ),
      ),
    ),
  )

export const placeCells = () =>
  askers.flatMap((asker) =>
    baseData.flatMap((known) =>
      placeClasses.map((dataClass) => ({ asker, baseData: known, dataClass })),
    ),
  )

/** A vector file: self-contained JSON. `cells` has one letter of `outcomes` for each cell, in lines of 100. */
export interface VectorFile {
  readonly format: 1
  readonly about: string
  readonly now: string
  readonly provider: string
  readonly axes: Readonly<Record<string, readonly unknown[]>>
  readonly outcomes: Readonly<Record<string, string>>
  readonly cells: readonly string[]
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LINE = 100

/** The files as the oracle has them. */
export const vectorFiles = (): Readonly<Record<string, VectorFile>> => ({
  'professionals.json': fileOf(
    'Every combination of requester, relation of organisations, purpose, settings of the patient (consents and blocks), what is asked for and age. docs/policy.md',
    professionalAxes,
    professionalCells().map(professionalOutcome),
  ),
  'classes.json': fileOf(
    'Every combination of requester, relation of organisations, purpose, settings of the patient, and class of data: one row of each. docs/policy.md',
    classAxes,
    classCells().map(professionalOutcome),
  ),
  'citizens.json': fileOf(
    'Every combination of citizen, age of the patient, labels of code system 9603 on the row, confidential addresses and class. docs/policy.md',
    citizenAxes,
    citizenCells().map(citizenOutcome),
  ),
  'places.json': fileOf(
    'Every combination of who asks, what base data say of the patient, and class: whether it is told where the patient is treated. docs/policy.md',
    placeAxes,
    placeCells().map(placesOutcome),
  ),
})

function fileOf(about: string, axes: VectorFile['axes'], expected: readonly string[]): VectorFile {
  const known = [...new Set(expected)].sort()
  const letterOf = new Map(known.map((outcome, index) => [outcome, LETTERS[index] ?? '?']))
  const text = expected.map((outcome) => letterOf.get(outcome)).join('')
  return {
    ...{ format: 1, about, now: NOW, provider: PROVIDER, axes },
    outcomes: Object.fromEntries([...letterOf].map(([outcome, letter]) => [letter, outcome])),
    cells: text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [],
  }
}

/** Expected outcomes of a file, one for each cell. */
export const outcomesOf = ({ cells, outcomes }: VectorFile): readonly (string | undefined)[] =>
  Array.from(cells.join(''), (letter) => outcomes[letter])
