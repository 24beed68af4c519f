import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '@kilde/gateway'
import { createLogger, type Running } from '@kilde/service'
import { startSubgraphs, type TestSubgraph, type TestSubgraphs } from '../../kit/subgraphs.js'

/** A gateway for an ordinary graph, with its subgraphs. */
export interface OrdinaryGraph extends TestSubgraphs {
  readonly url: string
}

export interface Answered {
  readonly status: number
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: { readonly code: string }
  }[]
}

export async function startOrdinaryGraph(
  subgraphs: Readonly<Record<string, TestSubgraph>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<OrdinaryGraph> {
  const running = await startSubgraphs(subgraphs)
  const directory = await mkdtemp(join(tmpdir(), 'kilde-graph-'))
  const file = join(directory, 'supergraph.graphql')
  await writeFile(file, running.supergraph)
  const gateway = await start({
    KILDE_SUPERGRAPH: file,
    KILDE_AUTHENTICATION: 'off',
    KILDE_PORT: '0',
    ...settings,
  }).catch(async (fault: unknown) => {
    await running.stop()
    throw fault
  })
  return {
    ...running,
    url: `${gateway.url}/graphql`,
    stop: async () => {
      await gateway.stop()
      await running.stop()
      await rm(directory, { recursive: true })
    },
  }
}

const start = (env: Readonly<Record<string, string>>): Promise<Running> =>
  startGateway(env, { logger: createLogger('gateway', 'silent') })

export async function ask(
  url: string,
  query: string,
  variables: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, ...((await response.json()) as object) }
}
