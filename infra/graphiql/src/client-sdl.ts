import {
  buildSchema,
  GraphQLSchema,
  isObjectType,
  isSpecifiedDirective,
  printSchema,
} from 'graphql'

/**
 * The schema as clients see it: a supergraph without the machinery of federation and merging, which is directives, what
 * only they use, and nothing that a query could name. Descriptions stay.
 */
export function clientSdl(sdl: string): string {
  const config = buildSchema(sdl, { assumeValidSDL: true }).toConfig()
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
