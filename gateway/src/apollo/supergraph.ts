import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql'
import { contractFaults } from './contract-faults.js'
import { graphFaults } from './graph-faults.js'

/** The subgraph that many organisations serve together: fetches of it are answered by scatter/gather. */
const SHARING = 'sharing'

/** One subgraph as the supergraph names it. */
export interface Subgraph {
  readonly name: string
  readonly url: string
}

/** A supergraph that the gateway can run. */
export interface Supergraph {
  readonly sdl: string
  readonly subgraphs: readonly Subgraph[]
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
  const faults = [...graphFaults(document), ...subgraphFaults(subgraphs, document)]
  if (faults.length > 0) throw new UnusableSupergraph(faults)
  const hasPatients = subgraphs.some(({ name }) => name === SHARING)
  const runnable = resolvableKeysFirst(hasPatients ? withoutMerging(document) : document)
  return { sdl: print(runnable), subgraphs, hasPatients }
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
      .map((graph) => ({ name: textOf(graph, 'name'), url: textOf(graph, 'url') })),
  )
}

function textOf(directive: ConstDirectiveNode, argument: string): string {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value
  return value?.kind === Kind.STRING ? value.value : ''
}

const MERGE_SPECIFICATION = 'https://specs.kilde.example/merge/'

const isMergeLink = (directive: ConstDirectiveNode): boolean =>
  directive.name.value === 'link' && textOf(directive, 'url').startsWith(MERGE_SPECIFICATION)

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

const linksOf = (document: DocumentNode): readonly ConstDirectiveNode[] =>
  document.definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION ? (node.directives ?? []) : [],
  )

/**
 * Merge plans are compiled from the contract itself. To Apollo `@merge` is a directive of somebody's, whose enum it would show
 * to clients as a type of the graph.
 */
function withoutMerging(document: DocumentNode): DocumentNode {
  return visit(document, {
    DirectiveDefinition: ({ name }) => (name.value === 'merge' ? null : undefined),
    EnumTypeDefinition: ({ name }) => (name.value === 'MergeStrategy' ? null : undefined),
    Directive: (node) =>
      node.name.value === 'merge' || isMergeLink(node as ConstDirectiveNode) ? null : undefined,
  })
}

/**
 * The planner brings what a field requires back by the first key that the subgraph has for the type, even if it cannot be
 * resolved by that one: the field would be missing, without a word.
 */
function resolvableKeysFirst(document: DocumentNode): DocumentNode {
  const ordered = <T extends { readonly directives?: readonly ConstDirectiveNode[] }>(
    type: T,
  ): T => {
    const last = (type.directives ?? []).filter(isUnresolvable)
    const first = (type.directives ?? []).filter((directive) => !isUnresolvable(directive))
    return last.length === 0 ? type : { ...type, directives: [...first, ...last] }
  }
  return visit(document, { ObjectTypeDefinition: ordered, InterfaceTypeDefinition: ordered })
}

const isUnresolvable = ({ name, arguments: given = [] }: ConstDirectiveNode): boolean =>
  name.value === 'join__type' &&
  given.some(
    ({ name: argument, value }) =>
      argument.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
  )
