import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Consent, Patient as PatientResource } from 'fhir/r4.js'
import type { PatientRecord } from '../generate-patient.js'
import { generatePopulation } from '../generate-population.js'
import { createTally, type Statistics } from '../statistics.js'
import type { PopulationRequest, World } from '../world.js'
import { consentOf, consentsTransaction } from './consent-resource.js'
import { createLinesFile, type LinesFile, type Written } from './lines-file.js'
import { patientResource, patientsBatch } from './patient-resource.js'

export interface WrittenPopulation {
  readonly statistics: Statistics
  readonly written: Written
}

/** Patients in one Bundle at most. */
const BATCH = 200

const MOST_CONSENTS = 100

/** What stands in the folder of one organisation. */
interface Folder {
  readonly observations: LinesFile
  readonly patients: LinesFile
  readonly waiting: PatientResource[]
}

/**
 * Writes a population into a folder: for each organisation a folder with its number as name, which `kilde load` takes
 * (`observations-0001.ndjson` …, one Observation in a line in the order in which the organisation got them;
 * `patients-0001.ndjson`, Bundles of Patients), `consents-0001.ndjson` for the privacy service (Bundles of Consents), and
 * `people-0001.ndjson`, which says who is who. What is in memory does not grow with
 * the number of patients.
 * @param folder is there, and empty
 * @param onPatient is told how far it has come
 */
export async function writePopulation(
  request: PopulationRequest,
  folder: string,
  onPatient: (patients: number, observations: number) => void = () => undefined,
): Promise<WrittenPopulation> {
  const { world, patients } = generatePopulation(request)
  const written: Written = { bytes: 0, files: 0 }
  const tally = createTally(world)
  const people = createLinesFile((part) => partPath(folder, 'people', part), written)
  const consents = createConsents((part) => partPath(folder, 'consents', part), written)
  const folders = await openFolders(world, folder, written)
  for (const record of patients) {
    tally.add(record)
    await writeRecord(record, world, folders)
    await people.write(JSON.stringify(personLine(record)))
    await consents.write(consentOf(record, world))
    onPatient(tally.statistics.patients, tally.statistics.observations)
  }
  for (const { observations, patients: known, waiting } of folders.values()) {
    if (waiting.length > 0) await known.write(patientsBatch(waiting))
    await observations.close()
    await known.close()
  }
  await people.close()
  const { statistics } = tally
  statistics.blocks = await consents.close()
  await writeFile(
    join(folder, 'population.json'),
    `${JSON.stringify({ request, statistics, written }, undefined, 2)}\n`,
  )
  return { statistics, written }
}

/** Bundles of as many Consents as the privacy service takes at once. */
function createConsents(pathOf: (part: number) => string, written: Written) {
  const file = createLinesFile(pathOf, written)
  const waiting: Consent[] = []
  let count = 0
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await file.write(consentsTransaction(waiting.splice(0)))
  }
  return {
    async write(consent: Consent | undefined): Promise<void> {
      if (!consent) return
      count += 1
      if (waiting.push(consent) >= MOST_CONSENTS) await flush()
    },
    async close(): Promise<number> {
      await flush()
      await file.close()
      return count
    },
  }
}

async function openFolders(
  { places }: World,
  folder: string,
  written: Written,
): Promise<ReadonlyMap<string, Folder>> {
  const opened = places.map(async ({ organization: { number } }) => {
    const path = join(folder, number)
    await mkdir(path)
    const file = (name: string) => createLinesFile((part) => partPath(path, name, part), written)
    const made: Folder = {
      observations: file('observations'),
      patients: file('patients'),
      waiting: [],
    }
    return [number, made] as const
  })
  return new Map(await Promise.all(opened))
}

const partPath = (folder: string, name: string, part: number): string =>
  join(folder, `${name}-${String(part).padStart(4, '0')}.ndjson`)

async function writeRecord(
  { patient, entries }: PatientRecord,
  world: World,
  folders: ReadonlyMap<string, Folder>,
): Promise<void> {
  const knowing = new Set<Folder>()
  for (const { place, observation } of entries) {
    const folder = folders.get(place.organization.number)
    if (!folder) throw new RangeError('an entry of no organisation')
    knowing.add(folder)
    await folder.observations.write(JSON.stringify(observation))
  }
  for (const { waiting, patients } of knowing) {
    waiting.push(patientResource(patient, world))
    if (waiting.length < BATCH) continue
    await patients.write(patientsBatch(waiting))
    waiting.length = 0
  }
}

/** Who somebody is, and where how many rows lie: what tests and demonstrations compare with. */
function personLine({ patient, entries }: PatientRecord): object {
  const { person, condition, timeline, movedOn } = patient
  const rows: Record<string, number> = {}
  for (const { place, what } of entries) {
    const { number } = place.organization
    const isRow = what !== 'CORRECTION' && what !== 'WITHDRAWAL'
    rows[number] = (rows[number] ?? 0) + (isRow ? 1 : 0)
  }
  const { identifier, name, birthDate } = person
  const moved = movedOn !== undefined
  return { identifier, name, birthDate, condition, course: timeline.course, moved, rows }
}
