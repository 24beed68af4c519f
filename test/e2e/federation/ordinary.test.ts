import { afterAll, beforeAll, describe } from '@jest/globals'
import { faultySubgraphs } from './faulty-subgraphs.js'
import { features } from './features.js'
import { overHttp } from './http-audits.js'
import { type OrdinaryGraph, startOrdinaryGraph } from './ordinary.js'
import { requests } from './requests.js'
import { subgraphs } from './shop.js'

let graph: OrdinaryGraph
beforeAll(async () => {
  graph = await startOrdinaryGraph(subgraphs, {
    KILDE_SUBGRAPH_TIMEOUT_MS: '3000',
    KILDE_SUBGRAPH_MAX_BYTES: '65536',
    KILDE_SUBGRAPH_HEADERS: JSON.stringify({ inventory: ['Accept-Language'] }),
  })
}, 60_000)
afterAll(() => graph.stop())

for (const behaviour of [features, requests, faultySubgraphs]) behaviour(() => graph)

describe('GraphQL over HTTP, by an ordinary graph', () => {
  overHttp(() => graph, { SHOULD: [], MAY: [] })
})
