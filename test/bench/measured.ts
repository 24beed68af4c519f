import { type Server, type Surroundings, startVariant } from './bench-network.js'
import type { Case, Variant } from './cases.js'
import type { Shot } from './protocol.js'
import { faultIn, faultInSubgraphs, mergedBody, subgraphBody } from './questions.js'

/** One variant of one case, and what has been found out about it round by round. */
export interface Measured {
  readonly variant: Variant
  readonly server: Server
  readonly shot: Shot
  /** CPU time per query (milliseconds). */
  readonly cpuMs: number[]
  /** Queries a second when nothing holds it back. */
  readonly perSecond: number[]
  /** Of each query at half load: latency, and what of it was not the slowest node's (milliseconds). */
  readonly latencies: number[]
  readonly added: number[]
  readonly blocksMs: number[]
  readonly rssMb: number[]
}

/** Starts the processes of a case and looks at one answer of each. */
export async function startMeasured(
  size: Case,
  around: Surroundings,
): Promise<readonly Measured[]> {
  const servers = new Map<Variant, Server>()
  try {
    for (const variant of startOrder(size.variants)) {
      // Cold and warm are two ways to ask one gateway.
      const shared = variant === 'secure-cold' ? servers.get('secure') : undefined
      const server = shared ?? (await startVariant(variant, size, around))
      servers.set(variant, server)
      if (!shared) await checkOne(variant, shotOf(variant, server, size), size, around)
    }
  } catch (fault) {
    await Promise.all([...servers.values()].map((server) => server.end()))
    throw fault
  }
  return size.variants.flatMap((variant) => {
    const server = servers.get(variant)
    return server ? [nothingYet(variant, server, shotOf(variant, server, size))] : []
  })
}

/** Ends the processes of a case. */
export async function endMeasured(all: readonly Measured[]): Promise<void> {
  await Promise.all([...new Set(all.map(({ server }) => server))].map((server) => server.end()))
}

/** The relay comes after a gateway, whose request it copies. */
function startOrder(variants: readonly Variant[]): readonly Variant[] {
  const gateways = variants.filter((variant) => variant !== 'relay')
  const merging = gateways.filter((variant) => !variant.startsWith('apollo'))
  const others = gateways.filter((variant) => variant.startsWith('apollo'))
  return [...merging, ...(variants.includes('relay') ? (['relay'] as const) : []), ...others]
}

function shotOf(variant: Variant, { info }: Server, size: Case): Shot {
  const body = variant.startsWith('apollo') ? subgraphBody(size) : mergedBody(size)
  const signed = variant === 'secure' ? 'warm' : variant === 'secure-cold' ? 'cold' : 'no'
  return { url: info.url, body, signed }
}

function nothingYet(variant: Variant, server: Server, shot: Shot): Measured {
  const empty = { cpuMs: [], perSecond: [], latencies: [], added: [], blocksMs: [], rssMb: [] }
  return { variant, server, shot, ...empty }
}

async function checkOne(
  variant: Variant,
  shot: Shot,
  size: Case,
  { load }: Surroundings,
): Promise<void> {
  const text = await load.ask<string>('one', shot)
  if (variant === 'relay') return
  const fault = variant.startsWith('apollo') ? faultInSubgraphs(text, size) : faultIn(text, size)
  if (fault !== undefined) throw new Error(`a wrong answer of ${variant}: ${fault}`)
}
