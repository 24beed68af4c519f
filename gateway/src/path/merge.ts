import type { Cursors } from '../merge/cursor.js'
import { type MergedData, mergeFetch } from '../merge/merge-fetch.js'
import type { PatientHandles } from '../patient-handles.js'
import type { Fetch, Gathered } from './stage.js'

/** Makes one answer of all sources' answers: rows in one order, copies joined, every gap named. */
export function createMerge(
  cursors: Cursors,
  handles: PatientHandles,
): (fetch: Fetch, gathered: Gathered) => MergedData {
  return (fetch, gathered) => {
    const { requester, patient } = fetch.asked
    const patientId = handles.write(patient, requester.subject)
    return mergeFetch({ ...fetch, gathered, patientId, cursors })
  }
}
