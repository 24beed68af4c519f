import { ApolloServer, HeaderMap } from '@apollo/server'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import type { ApolloSetup, Handlers } from '../protocol.js'
import { createApolloGateway } from './apollo-gateway.js'
import { startBareServer } from './bare-server.js'
import { meter } from './meter.js'

interface Context {
  readonly traceparent: string | undefined
}

/**
 * What one has without Kilde: every organisation a subgraph, each with a root field of its own, because the planner asks
 * one subgraph for a field. The client gets N lists, in no common order.
 */
export async function createApollo({ targets, tuned }: ApolloSetup) {
  const services = targets.map(({ origin, path }, index) => ({
    name: `organization_${index}`,
    url: `${origin}${path}`,
    typeDefs: parse(subgraph(index)),
  }))
  const { supergraphSdl, errors } = composeServices(services)
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join())
  const gateway = await createApolloGateway(supergraphSdl, tuned)
  const server = new ApolloServer<Context>({ gateway, stopOnTerminationSignals: false })
  await server.start()
  const url = await startBareServer(async ({ body, headers }) => {
    const map = new HeaderMap()
    map.set('content-type', 'application/json')
    const { status, body: answer } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: map,
        search: '',
        body: JSON.parse(body.toString()),
      },
      context: async () => ({ traceparent: headers['traceparent'] as string | undefined }),
    })
    if (answer.kind !== 'complete') throw new Error('Incremental delivery was not asked for')
    return { status: status ?? 200, parts: [answer.string] }
  })
  const handlers: Handlers = meter()
  return { info: { url }, handlers }
}

/** The part of the contract that the benchmark asks for, with the same names. */
const subgraph = (index: number): string => `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@shareable"])
type Query { observations_${index}(identifier: String!, first: Int!): ObservationConnection! }
type ObservationConnection @shareable {
  edges: [ObservationEdge!]!
  pageInfo: PageInfo!
  sources: [SourceReport!]!
}
type ObservationEdge @shareable { cursor: String! node: Observation! }
type PageInfo @shareable { hasNextPage: Boolean! }
type SourceReport @shareable {
  organization: Organization!
  status: SourceStatus!
  dropped: Int!
  withheld: Withheld!
  reason: String
  asOf: String!
  contractVersion: String
}
type Observation @shareable {
  id: ID!
  effective: String!
  kind: MeasurementKind
  valueText: String
  code: CodeableConcept!
  provenance: [Provenance!]!
}
type CodeableConcept @shareable { text: String }
type Provenance @shareable { organization: Organization! }
type Organization @shareable { number: String! }
enum SourceStatus { OK EMPTY TRUNCATED }
enum Withheld { NONE OBJECTION }
enum MeasurementKind { PULSE BODY_WEIGHT }
`
