import { generatePatient, type PatientRecord } from './generate-patient.js'
import { createWorld, type PopulationRequest, type World } from './world.js'

export interface Population {
  readonly world: World
  /** One patient after the other; nothing of an earlier one is kept. */
  readonly patients: Iterable<PatientRecord>
}

/** Makes a population, patient by patient, as it is asked for. */
export function generatePopulation(request: PopulationRequest): Population {
  const world = createWorld(request)
  return { world, patients: patientsOf(world, request.patients) }
}

function* patientsOf(world: World, count: number): Generator<PatientRecord> {
  for (let index = 0; index < count; index++) yield generatePatient(world, index)
}
