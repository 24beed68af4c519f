import type { GraphQLDataSource } from '@apollo/gateway'
import { contractVersion } from '@kilde/contract'
import { KildeError } from '@kilde/service'
import { type DocumentNode, parse } from 'graphql'
import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors.js'
import { readArguments } from '../merge/arguments.js'
import type { Cursors } from '../merge/cursor.js'
import type { MergedData } from '../merge/merge-fetch.js'
import { compileMergePlan, type MergePlan } from '../merge/merge-plan.js'
import { askField } from '../merge/source-request.js'
import type { Asked, Fetch } from '../path/stage.js'
import type { RunContext } from './run-context.js'

type Process = GraphQLDataSource['process']

/** The general way into scatter/gather: Apollo plans, and every fetch of `sharing` comes here. */
export function createSharingSource(
  answer: (fetch: Fetch) => Promise<MergedData>,
  cursors: Cursors,
): GraphQLDataSource {
  // Plans are kept by the planner's text, which holds no patient.
  const plans = new LRUCache<string, MergePlan>({ max: 500 })
  const planOf = (query: string): MergePlan => {
    const known = plans.get(query)
    if (known) return known
    const plan = compileMergePlan(parseFetch(query))
    plans.set(query, plan)
    return plan
  }
  const process: Process = async ({ request, context }) => {
    const { asked } = context as unknown as RunContext
    const plan = planOf(request.query ?? '')
    try {
      return { data: await answer(prepare(asked, plan, request.variables ?? {}, cursors)) }
    } catch (fault) {
      return refused(plan, fault)
    }
  }
  return { process }
}

function parseFetch(query: string): DocumentNode {
  return parse(query, { noLocation: true })
}

/** What a node takes in one request (docs/errors.md, Organisation node). */
const MAX_LISTS = 10

/** Checks everything the requester chose before anybody is asked. */
function prepare(
  asked: Asked,
  plan: MergePlan,
  variables: Record<string, unknown>,
  cursors: Cursors,
): Fetch {
  const { patient, requester } = asked
  if (!patient) throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'a fetch without a patient' })
  if (plan.unions.length > MAX_LISTS) {
    throw new GatewayError('DOCUMENT_TOO_LARGE', {
      text: `The GraphQL document is too large: at most ${MAX_LISTS} lists of a patient.`,
    })
  }
  const bound = {
    subject: requester.subject,
    organization: requester.kind === 'citizen' ? '' : requester.organization,
    patient,
    contract: contractVersion,
  }
  const fields = plan.unions.map((union) =>
    askField(union.field.name, readArguments(union, variables), cursors, bound),
  )
  return { asked: { ...asked, patient }, plan, fields, variables }
}

/** Apollo passes an error of ours on only when it comes as data: what is thrown loses its path. */
function refused(plan: MergePlan, fault: unknown): Awaited<ReturnType<Process>> {
  if (!(fault instanceof KildeError)) throw fault
  const error = {
    message: fault.publicText,
    path: [plan.patientKey],
    extensions: { code: fault.code },
  }
  return { data: { [plan.patientKey]: null }, errors: [error as never] }
}
