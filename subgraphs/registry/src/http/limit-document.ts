import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

/** Fields that may answer with every organisation there is. */
const LISTS = ['organizations', '_entities']

export interface DocumentLimits {
  /** Deepest nesting: `parent` and `successor` lead from organisation to organisation. */
  readonly depth: number
  /** Most selections of a field that lists organisations, under whatever alias. */
  readonly lists: number
}

export function limitDocument(limits: DocumentLimits): ValidationRule {
  return (context): ASTVisitor => {
    const depthOf = createDepth(context)
    let lists = 0
    return {
      Field(node) {
        if (!LISTS.includes(node.name.value)) return
        lists += 1
        if (lists === limits.lists + 1) {
          context.reportError(new GraphQLError(`It lists more than ${limits.lists} times.`))
        }
      },
      OperationDefinition(node) {
        if (depthOf(node.selectionSet) > limits.depth) {
          context.reportError(new GraphQLError(`It nests deeper than ${limits.depth} levels.`))
        }
      },
    }
  }
}

/** Each fragment is looked at once: fragments that spread others twice would else double the work at every level. */
function createDepth(context: ValidationContext) {
  const depths = new Map<string, number>()

  function ofSet(set: SelectionSetNode | undefined): number {
    return Math.max(0, ...(set?.selections ?? []).map(ofNode))
  }

  function ofNode(node: SelectionNode): number {
    switch (node.kind) {
      case Kind.FIELD:
        return 1 + ofSet(node.selectionSet)
      case Kind.INLINE_FRAGMENT:
        return ofSet(node.selectionSet)
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(node.name.value, context.getFragment(node.name.value))
    }
  }

  function ofFragment(name: string, fragment: FragmentDefinitionNode | null | undefined): number {
    const known = depths.get(name)
    if (known !== undefined) return known
    // A circle of fragments is refused by GraphQL's own rules; here it only has to end.
    depths.set(name, 0)
    const depth = ofSet(fragment?.selectionSet)
    depths.set(name, depth)
    return depth
  }
  return ofSet
}
