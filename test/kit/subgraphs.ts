import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import { graphql, parse } from 'graphql'

type Resolvers = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers']
>

/** A subgraph of a test: small, over HTTP, in this process. */
export interface TestSubgraph {
  /** Without its `@link` to the federation specification. */
  readonly sdl: string
  /** What is composed, with its `@link`, where that is written otherwise than `sdl`. */
  readonly composed?: string
  readonly resolvers: Resolvers
}

/** One fetch as it reached a subgraph. */
export interface SeenFetch {
  readonly subgraph: string
  readonly headers: IncomingMessage['headers']
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** True once the client of the subgraph has gone before its answer. */
  readonly left: () => boolean
}

export type Respond = (response: ServerResponse) => void

export interface TestSubgraphs {
  /** The SDL of all, composed with their real addresses. */
  readonly supergraph: string
  readonly fetches: readonly SeenFetch[]
  /** Answers of a subgraph from now on; undefined: its own again. */
  answerOf(subgraph: string, respond: Respond | undefined): void
  forget(): void
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/** Starts subgraphs and composes them. @param others SDL of subgraphs that are not started, by name */
export async function startSubgraphs(
  subgraphs: Readonly<Record<string, TestSubgraph>>,
  others: Readonly<Record<string, string>> = {},
): Promise<TestSubgraphs> {
  const fetches: SeenFetch[] = []
  const answers = new Map<string, Respond>()
  const started = await Promise.all(
    Object.entries(subgraphs).map(async ([name, subgraph]) => {
      const sdl = `${LINK}${subgraph.sdl}`
      const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: subgraph.resolvers })
      const server = createServer((request, response) => {
        void answer(request, response)
      })
      const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        const { query, variables } = JSON.parse(await text(request)) as SeenFetch
        let left = false
        response.once('close', () => {
          left = !response.writableFinished
        })
        fetches.push({
          subgraph: name,
          headers: request.headers,
          query,
          variables,
          left: () => left,
        })
        const instead = answers.get(name)
        if (instead) return instead(response)
        const result = await graphql({ schema, source: query, variableValues: variables })
        response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
      }
      await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
      const { port } = server.address() as AddressInfo
      const composed = subgraph.composed ?? sdl
      return { name, sdl: composed, url: `http://${HOST}:${port}/graphql`, server }
    }),
  )
  const placeholders = Object.entries(others).map(([name, sdl]) => ({
    name,
    sdl,
    url: `http://${name}.invalid/graphql`,
  }))
  return {
    supergraph: compose([...started, ...placeholders]),
    fetches,
    answerOf: (name, respond) =>
      respond ? void answers.set(name, respond) : void answers.delete(name),
    forget: () => void fetches.splice(0),
    stop: async () => {
      for (const { server } of started) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

/** @throws Error naming every fault of the composition */
export function compose(
  subgraphs: readonly { readonly name: string; readonly url: string; readonly sdl: string }[],
): string {
  const result = composeServices(
    subgraphs.map((subgraph) => ({ ...subgraph, typeDefs: parse(subgraph.sdl) })),
  )
  if (!result.supergraphSdl) {
    throw new Error((result.errors ?? []).map(({ message }) => message).join('\n'))
  }
  return result.supergraphSdl
}

/** What a test's subgraph begins with. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"
])
`
