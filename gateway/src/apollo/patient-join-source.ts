import type { GraphQLDataSource } from '@apollo/gateway'
import { KildeError } from '@kilde/service'
import {
  type createPatientJoins,
  type EntitiesAnswer,
  type PatientAnswer,
  spreadPatient,
} from './patient-entities.js'
import type { RunContext } from './run-context.js'

type Process = GraphQLDataSource['process']
type Answer = Awaited<ReturnType<Process>>

/** Lets other subgraphs lead back to the patient: their joins reach `sharing` as fetches of the patient of the request. */
export function withPatientJoins(
  sharing: GraphQLDataSource,
  joins: ReturnType<typeof createPatientJoins>,
): GraphQLDataSource {
  const process: Process = async (options) => {
    const { query = '', variables = {} } = options.request
    const representations: unknown = variables['representations']
    if (!Array.isArray(representations)) return sharing.process(options)
    const { asked } = options.context as unknown as RunContext
    try {
      const join = joins({ query, variables: { ...variables, representations } }, asked)
      const request = { ...options.request, query: join.query, variables: { ...join.variables } }
      return shaped(join.spread((await sharing.process({ ...options, request })) as PatientAnswer))
    } catch (fault) {
      if (!(fault instanceof KildeError)) throw fault
      return shaped(spreadPatient(refusal(fault), representations.length))
    }
  }
  return { process }
}

/** Apollo passes an error of ours on only when it comes as data: what is thrown loses its path. */
const refusal = ({ publicText, code }: KildeError): PatientAnswer => ({
  data: { patient: null },
  errors: [{ message: publicText, path: ['patient'], extensions: { code } }],
})

const shaped = ({ data, errors }: EntitiesAnswer): Answer => ({
  data: { ...data },
  ...(errors && { errors: errors as never }),
})
