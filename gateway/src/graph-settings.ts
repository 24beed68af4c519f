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

/** What does not go together in a graph's settings. @param inProcess subgraphs that are not asked over the network */
export function graphProblems(
  config: GraphConfig,
  inProcess: readonly string[],
  httpsOnly: boolean,
): string[] {
  const subgraphs = (config.KILDE_SUPERGRAPH?.subgraphs ?? []).filter(
    ({ name }) => !inProcess.includes(name),
  )
  return [
    ...subgraphs.flatMap((subgraph) => addressProblems(subgraph, httpsOnly)),
    ...headerProblems(config, subgraphs),
  ]
}

function addressProblems({ name, url }: Subgraph, httpsOnly: boolean): string[] {
  const problem = (text: string) => [`KILDE_SUPERGRAPH: the address of \`${name}\` ${text}`]
  if (!URL.canParse(url)) return problem('is no URL')
  const { protocol, username, password, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return problem('is neither http nor https')
  if (username || password) return problem('holds a user name or password')
  if (hostname.endsWith('.invalid')) return problem('stands for none')
  return httpsOnly && protocol === 'http:' ? problem('must be https in production') : []
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
