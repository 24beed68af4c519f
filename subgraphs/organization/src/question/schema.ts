import { buildSubgraphSchema } from '@apollo/subgraph'
import { sharingSdl } from '@kilde/contract'
import { type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql'
import { accessFields, wordFields } from '../access-log/fields.js'
import { observationFields } from '../map/observation.js'
import { activityFields } from '../map/plan/activities.js'
import { targetFields } from '../map/plan/goals.js'
import { planFields } from '../map/plan/plan.js'
import { rangeFields, valueFields } from '../map/value.js'
import { patientFields } from './fields/index.js'
import { scalars } from './scalars.js'

/** What a document is carried out over: what was read before, by the name that each field has in the answer. */
export interface Carried {
  readonly patient: { readonly id: string }
  readonly fields: ReadonlyMap<string, object>
}

type Fields = Record<string, GraphQLFieldResolver<unknown, unknown>>

const fromCarried: Fields[string] = (_source, _args, carried, info) =>
  (carried as Carried).fields.get(String(info.path.key))

/** The contract as an executable Federation 2 subgraph (`_service` tells its SDL). It reads nothing by itself. */
export const contractSchema: GraphQLSchema = buildSubgraphSchema({
  typeDefs: parse(sharingSdl),
  resolvers: {
    ...scalars,
    Query: { patient: (_source, _args, carried) => (carried as Carried).patient },
    Patient: Object.fromEntries(Object.keys(patientFields).map((name) => [name, fromCarried])),
    // graphql-js hands each the object that the field above it gave; what that is, the mappers' types say.
    Observation: observationFields as Fields,
    ObservationComponent: valueFields as unknown as Fields,
    ReferenceRange: rangeFields as unknown as Fields,
    CarePlan: planFields as unknown as Fields,
    GoalTarget: targetFields as unknown as Fields,
    PlanActivity: activityFields as unknown as Fields,
    AccessLogEntry: accessFields as unknown as Fields,
    CodeInWords: wordFields as unknown as Fields,
  },
})
