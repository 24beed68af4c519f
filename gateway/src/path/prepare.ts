import { MOST_LISTS, type Variables } from '@kilde/contract'
import { GatewayError } from '../errors.js'
import type { Cursors } from '../merge/cursor.js'
import type { MergePlan } from '../merge/merge-plan.js'
import { readPolicy } from '../merge/policy.js'
import { askField } from '../merge/source-request.js'
import type { Asked, Fetch } from './stage.js'

/** Checks everything the requester chose, before anybody is asked. */
export type Prepare = (asked: Asked, plan: MergePlan, variables: Variables) => Fetch

/** @throws GatewayError */
export function createPrepare(cursors: Cursors): Prepare {
  return (asked, plan, variables) => {
    const { patient, requester } = asked
    if (!patient) {
      throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'a fetch without a patient' })
    }
    if (plan.fields.length > MOST_LISTS) {
      throw new GatewayError('DOCUMENT_TOO_LARGE', {
        text: `The GraphQL document is too large: at most ${MOST_LISTS} lists of a patient.`,
      })
    }
    const bound = {
      subject: requester.subject,
      organization: requester.kind === 'citizen' ? '' : requester.organization,
      patient,
    }
    return {
      asked: { ...asked, patient },
      plan,
      policy: readPolicy(plan.patientField, plan.patientNode, variables),
      fields: plan.fields.map((merged) => askField(merged, variables, cursors, bound)),
      variables,
    }
  }
}
