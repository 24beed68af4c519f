import { type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { ask, type Reading } from './read.js'
import { open } from './seal.js'
import { type Statement, statement } from './statement.js'
import { patientPlace } from './take.js'

/** Where the rows of a class are. A class that is not here cannot be listed. */
const TABLES: Readonly<Record<string, string>> = {
  Observation: 'observation',
  Patient: 'patient_name',
  CarePlan: 'plan_resource',
}

/** Everybody of whom there is a row of the class, also one that was entered in error: it corrects copies elsewhere. */
export async function listPatients(
  reading: Reading,
  dataClass: string,
): Promise<readonly PatientIdentifier[] | undefined> {
  const table = TABLES[dataClass]
  if (table === undefined) return undefined
  type Columns = { readonly token: string; readonly sealed: Buffer }
  const found = await ask<Columns>(reading, patientsIn(table))
  return found.map(({ token, sealed }) =>
    parsePatientIdentifier(open(reading.keys, patientPlace(token), sealed)),
  )
}

const patientsIn = (table: string): Statement =>
  statement(
    () => `select p.token, p.sealed from patient p
      where exists (select from ${table} r where r.patient = p.id)`,
  )
