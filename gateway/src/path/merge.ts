import type { Organizations } from '../answer/references.js'
import { writeAnswer } from '../answer/write-answer.js'
import type { Cursors } from '../merge/cursor.js'
import { mergeFields } from '../merge/merge-fields.js'
import { mergeWholes } from '../merge/merge-whole.js'
import { refuseIncomplete } from '../merge/refuse-incomplete.js'
import type { PatientHandles } from '../patient-handles.js'
import type { Fetch, Gathered } from './stage.js'

export interface MergeParts {
  readonly cursors: Cursors
  readonly handles: PatientHandles
  readonly organizations: Organizations
}

/**
 * Makes one answer of all sources' answers: rows in one order, copies joined, every gap named.
 * @returns the operation's `data` as JSON
 * @throws GatewayError `ANSWER_INCOMPLETE`, `MANDATORY_SOURCE_MISSING` by the request's own policy
 */
export function createMerge(
  parts: MergeParts,
): (fetch: Fetch, gathered: Gathered) => Promise<Buffer> {
  return async ({ asked, plan, fields, policy }, gathered) => {
    const values = mergeFields({ fields, policy, gathered })
    refuseIncomplete(policy, values, gathered)
    const { patient, requester } = asked
    return writeAnswer({
      ...parts,
      plan,
      values,
      wholes: mergeWholes(plan, values, { policy, gathered }),
      answers: gathered.answers,
      patientId: () => parts.handles.write(patient, requester.subject),
    })
  }
}
