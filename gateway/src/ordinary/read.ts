import { z } from 'zod'
import { GatewayError } from '../errors.js'
import { parseRequestJson } from '../request-json.js'
import type { Admitted, OrdinaryAsked } from './stage.js'

const map = z.record(z.string(), z.unknown()).nullish()
const graphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: map,
  extensions: map,
})

/**
 * The GraphQL request in a body or an address.
 * @throws GatewayError `REQUEST_MALFORMED`
 */
export function read(request: Admitted): OrdinaryAsked {
  const { search, body } = request
  const found = graphqlRequest.safeParse(search ? fromAddress(search) : parseRequestJson(body))
  if (!found.success) throw new GatewayError('REQUEST_MALFORMED')
  const { query, operationName, variables } = found.data
  return {
    ...request,
    query,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
  }
}

function fromAddress(search: URLSearchParams) {
  const json = (name: string): unknown => {
    const text = search.get(name)
    return text === null || text === '' ? undefined : parseRequestJson(Buffer.from(text), 'PART')
  }
  return {
    query: search.get('query'),
    operationName: search.get('operationName') || undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  }
}
