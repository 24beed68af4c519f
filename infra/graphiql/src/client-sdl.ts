import {
  type ASTNode,
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  GraphQLSchema,
  isObjectType,
  isSpecifiedDirective,
  type NamedTypeNode,
  parse,
  printSchema,
  visit,
} from 'graphql'

/**
 * The schema as clients see it: a supergraph without what is inaccessible, and without the machinery of federation and merging,
 * which is directives, what only they use, and nothing that a query could name. Descriptions stay.
 */
export function clientSdl(sdl: string): string {
  const document = accessible(parse(sdl, { noLocation: true }))
  const config = buildASTSchema(document, { assumeValidSDL: true }).toConfig()
  const directives = config.directives.filter(isSpecifiedDirective)
  // An interface does not lead to the types that implement it.
  const implementers = config.types.filter(
    (type) => isObjectType(type) && type.getInterfaces().length > 0,
  )
  const reachable = new GraphQLSchema({ ...config, directives, types: implementers }).getTypeMap()
  const types = config.types.filter(({ name }) => name in reachable)
  // Assembled once more, because types are printed in the order in which they are met.
  return printSchema(new GraphQLSchema({ ...config, directives, types }))
}

interface Marked {
  readonly directives?: readonly ConstDirectiveNode[]
}

const isInaccessible = ({ directives = [] }: Marked): boolean =>
  directives.some(({ name }) => name.value === 'inaccessible')

/** Takes out all that is marked, and names of types that are gone where types are listed. */
function accessible(document: DocumentNode): DocumentNode {
  const gone = new Set(
    document.definitions.flatMap((node) =>
      'name' in node && node.name && 'fields' in node && isInaccessible(node)
        ? [node.name.value]
        : [],
    ),
  )
  const still = (types: readonly NamedTypeNode[] = []) =>
    types.filter(({ name }) => !gone.has(name.value))
  return visit(document, {
    enter: (node: ASTNode) => {
      if ('directives' in node && isInaccessible(node as Marked)) return null
      if ('interfaces' in node) return { ...node, interfaces: still(node.interfaces) }
      return 'types' in node ? { ...node, types: still(node.types) } : undefined
    },
  })
}
