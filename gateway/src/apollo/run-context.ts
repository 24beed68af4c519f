import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import type { Asked } from '../path/stage.js'

/** What Apollo carries from the request to the data sources. */
export interface RunContext {
  readonly asked: Asked
}

/** What plans operations over the supergraph; made in federation.ts, the only module that knows Apollo's gateway. */
export type Federation = ApolloServerOptionsWithGateway<RunContext>['gateway']
