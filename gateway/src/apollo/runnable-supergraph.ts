import { type ConstDirectiveNode, type DocumentNode, visit } from 'graphql'
import { argumentText, isMergeLink, linksOf } from './directives.js'

/** A supergraph as Apollo is given it: with what it would show or answer wrongly put right. */
export function runnableSupergraph(document: DocumentNode): DocumentNode {
  const merges = linksOf(document).some(isMergeLink)
  return resolvableKeysFirst(merges ? withoutMerging(document) : document)
}

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

const isUnresolvable = (directive: ConstDirectiveNode): boolean =>
  directive.name.value === 'join__type' && argumentText(directive, 'resolvable') === 'false'
