import { readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  readSupergraph,
  type Subgraph,
  type Supergraph,
  UnusableSupergraph,
} from './apollo/supergraph.js'

/** A supergraph by the name of its file: read, and refused with everything that is wrong with it. */
export const supergraphFile = z.string().transform((path, context): Supergraph => {
  try {
    return readSupergraph(readFileSync(path, 'utf8'))
  } catch (fault) {
    const faults =
      fault instanceof UnusableSupergraph ? fault.faults : ['the file cannot be read as text']
    for (const message of faults) context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
})

/** What the connection itself, or the gateway, says; and what no subgraph can use: a proof is for one address. */
const NEVER_FORWARDED =
  /^(accept|accept-encoding|connection|content-.*|dpop|expect|host|keep-alive|proxy-.*|te|traceparent|trailer|transfer-encoding|upgrade)$/

export const forwardableHeaders = z.record(
  z.string(),
  z.array(
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]{1,64}$/, 'must be names of headers')
      .refine((name) => !NEVER_FORWARDED.test(name), 'names a header that is never passed on'),
  ),
)

interface GraphConfig {
  readonly KILDE_SUPERGRAPH: Supergraph | undefined
  readonly KILDE_AUTHENTICATION: 'on' | 'off'
  readonly KILDE_SUBGRAPH_HEADERS: z.infer<typeof forwardableHeaders>
}

/** What does not go together in a graph's settings. @param httpsOnly whether what subgraphs are told must not be overheard */
export function graphProblems(config: GraphConfig, httpsOnly: boolean): string[] {
  const remote = config.KILDE_SUPERGRAPH?.remote ?? []
  const overheard = remote.filter(({ url }) => httpsOnly && url.startsWith('http:'))
  return [
    ...overheard.map(
      ({ name }) => `KILDE_SUPERGRAPH: the address of \`${name}\` must be https in production`,
    ),
    ...headerProblems(config, remote),
  ]
}

function headerProblems(config: GraphConfig, subgraphs: readonly Subgraph[]): string[] {
  return Object.entries(config.KILDE_SUBGRAPH_HEADERS).flatMap(([name, headers]) => {
    if (!subgraphs.some((subgraph) => subgraph.name === name)) {
      return [`KILDE_SUBGRAPH_HEADERS: \`${name}\` is no subgraph that gets headers`]
    }
    const secret = headers.find((header) => header === 'authorization' || header === 'cookie')
    return secret !== undefined && config.KILDE_AUTHENTICATION === 'on'
      ? [`KILDE_SUBGRAPH_HEADERS: ${secret} is never passed on where authentication is on`]
      : []
  })
}
