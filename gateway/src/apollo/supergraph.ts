import { type DocumentNode, type EnumTypeDefinitionNode, Kind, parse, print } from 'graphql'
import { contractFaults } from './contract-faults.js'
import { argumentText, isMergeLink, linksOf, MERGE_SPECIFICATION } from './directives.js'
import { graphFaults } from './graph-faults.js'
import { runnableSupergraph } from './runnable-supergraph.js'

/** The subgraph that many organisations serve together: fetches of it are answered by scatter/gather. */
const SHARING = 'sharing'

/** Where patients are, the gateway answers these itself: what the supergraph says of their addresses is not used. */
const IN_PROCESS: ReadonlySet<string> = new Set([SHARING, 'registry'])

/** One subgraph as the supergraph names it. */
export interface Subgraph {
  readonly name: string
  readonly url: string
}

/** A supergraph that the gateway can run. */
export interface Supergraph {
  readonly sdl: string
  /** Subgraphs that are asked over the network. Where there are patients, `sharing` and `registry` are not. */
  readonly remote: readonly Subgraph[]
  /** True where `sharing` is part of it: then there are patients in it, and all that protects them stays on. */
  readonly hasPatients: boolean
}

/** The SDL is no supergraph that can be run; all that is wrong with it. */
export class UnusableSupergraph extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('; '))
    this.name = 'UnusableSupergraph'
    this.faults = faults
  }
}

/**
 * Reads a supergraph, and refuses what `@apollo/gateway` would refuse with fewer words, or would answer wrongly without any
 * (docs/federation.md).
 * @throws UnusableSupergraph
 */
export function readSupergraph(sdl: string): Supergraph {
  const document = parseSdl(sdl)
  const subgraphs = subgraphsOf(document)
  const hasPatients = subgraphs.some(({ name }) => name === SHARING)
  const remote = subgraphs.filter(({ name }) => !hasPatients || !IN_PROCESS.has(name))
  const faults = [
    ...graphFaults(document),
    ...subgraphFaults(subgraphs, document),
    ...remote.flatMap(addressFaults),
  ]
  if (faults.length > 0) throw new UnusableSupergraph(faults)
  return { sdl: print(runnableSupergraph(document)), remote, hasPatients }
}

function parseSdl(sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true })
  } catch {
    throw new UnusableSupergraph(['it is no GraphQL schema'])
  }
}

function subgraphsOf(document: DocumentNode): Subgraph[] {
  const graphs = document.definitions.find(
    (node): node is EnumTypeDefinitionNode =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  )
  return (graphs?.values ?? []).flatMap(({ directives = [] }) =>
    directives
      .filter(({ name }) => name.value === 'join__graph')
      .map((graph) => ({
        name: argumentText(graph, 'name') ?? '',
        url: argumentText(graph, 'url') ?? '',
      })),
  )
}

function subgraphFaults(subgraphs: readonly Subgraph[], document: DocumentNode): string[] {
  if (subgraphs.length === 0) return ['it names no subgraph: it is not composed']
  const merges = linksOf(document).some(isMergeLink)
  const has = (name: string) => subgraphs.some((subgraph) => subgraph.name === name)
  const shares = has(SHARING)
  if (merges && shares) {
    const own = (['sharing', 'registry'] as const).filter(has)
    return own.flatMap((name) => contractFaults(document, name))
  }
  if (merges === shares) return []
  return merges
    ? [`it merges rows (${MERGE_SPECIFICATION}), but has no subgraph \`${SHARING}\``]
    : [`its subgraph \`${SHARING}\` is not that of the contract: the name is taken`]
}

function addressFaults({ name, url }: Subgraph): string[] {
  const fault = (text: string) => [`the address of \`${name}\` ${text}`]
  if (!URL.canParse(url)) return fault('is no URL')
  const { protocol, username, password, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return fault('is neither http nor https')
  if (username || password) return fault('holds a user name or password')
  return hostname.endsWith('.invalid') ? fault('stands for none') : []
}
