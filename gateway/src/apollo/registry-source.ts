import type { GraphQLDataSource } from '@apollo/gateway'
import { executableRegistry, type Follower } from '@kilde/catalogue'
import { registrySdl } from '@kilde/contract'

/**
 * The `registry` subgraph, answered from the gateway's own signed copy: an organisation's name costs no request, whatever
 * the number of rows, and is there while the registry is not.
 */
export function createRegistrySource(follower: Pick<Follower, 'current'>): GraphQLDataSource {
  const registry = executableRegistry(registrySdl)
  const process: GraphQLDataSource['process'] = async ({ request }) => {
    const { state } = follower.current()
    const { query = '', variables, operationName } = request
    const result = await registry.execute(
      { query, variables: variables ?? {}, operationName: operationName ?? undefined },
      { state },
    )
    return { data: result.data ?? null, errors: result.errors as never }
  }
  return { process }
}
