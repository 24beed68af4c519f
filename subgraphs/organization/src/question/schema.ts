import { buildSubgraphSchema } from '@apollo/subgraph'
import { sharingSdl } from '@kilde/contract'
import { type GraphQLSchema, parse } from 'graphql'
import { scalars } from './scalars.js'

/** What a document is carried out over: rows that were read before, by the name that each list has in the answer. */
export interface Carried {
  readonly patient: { readonly id: string }
  readonly lists: ReadonlyMap<string, object>
}

/** The contract as an executable Federation 2 subgraph (`_service` tells its SDL). It reads nothing by itself. */
export const contractSchema: GraphQLSchema = buildSubgraphSchema({
  typeDefs: parse(sharingSdl),
  resolvers: {
    ...scalars,
    Query: { patient: (_source, _args, carried) => (carried as Carried).patient },
    Patient: {
      observations: (_source, _args, carried, info) =>
        (carried as Carried).lists.get(String(info.path.key)),
    },
  },
})
