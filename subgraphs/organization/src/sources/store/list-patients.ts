import { type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { classNames } from '../../classes/index.js'
import { ask, type Reading } from './read.js'
import { open } from './seal.js'
import { type Bind, type Statement, statement } from './statement.js'
import { patientPlace } from './take.js'

/** Where rows are that are no resources of a class (classes/). */
const TABLES: Readonly<Record<string, string>> = {
  Observation: 'observation',
  Patient: 'patient_name',
}

/** Everybody of whom there is a row of the class, also one that was entered in error: it corrects copies elsewhere. */
export async function listPatients(
  reading: Reading,
  dataClass: string,
): Promise<readonly PatientIdentifier[] | undefined> {
  const rows = rowsOf(dataClass)
  if (!rows) return undefined
  type Columns = { readonly token: string; readonly sealed: Buffer }
  const found = await ask<Columns>(reading, patientsIn(rows))
  return found.map(({ token, sealed }) =>
    parsePatientIdentifier(open(reading.keys, patientPlace(token), sealed)),
  )
}

type Rows = (bind: Bind) => string

function rowsOf(dataClass: string): Rows | undefined {
  if (classNames.includes(dataClass)) {
    return (bind) => `held_resource r where r.class = ${bind(dataClass)} and`
  }
  const table = TABLES[dataClass]
  return table === undefined ? undefined : () => `${table} r where`
}

const patientsIn = (rows: Rows): Statement =>
  statement(
    (bind) => `select p.token, p.sealed from patient p
      where exists (select from ${rows(bind)} r.patient = p.id)`,
  )
