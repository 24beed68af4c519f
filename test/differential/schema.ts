import { registrySdl, sharingSdl } from '@kilde/contract'
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  parse,
} from 'graphql'

const ofSharing = parse(sharingSdl)
const ofRegistry = parse(registrySdl)

/** The contract as every node serves it. */
export const sharingSchema: GraphQLSchema = build(ofSharing)

/** What a client of the gateway sees: the contract, with the registry's `Organization` and root fields, without what is inaccessible. */
export const clientSchema: GraphQLSchema = build(joined())

function build(document: DocumentNode): GraphQLSchema {
  // Directives of Federation are not defined here, and say nothing about types.
  return buildASTSchema(document, { assumeValidSDL: true })
}

function joined(): DocumentNode {
  const taken = new Set(['Organization', 'Query', 'OrganizationNumber'])
  const rootFields = ofRegistry.definitions.flatMap((definition) =>
    definition.kind === 'ObjectTypeDefinition' && definition.name.value === 'Query'
      ? (definition.fields ?? [])
      : [],
  )
  const definitions = ofSharing.definitions.flatMap(
    (definition): DefinitionNode | readonly DefinitionNode[] => {
      if (
        definition.kind !== 'ObjectTypeDefinition' &&
        definition.kind !== 'InputObjectTypeDefinition'
      )
        return definition
      const { name, fields = [], directives = [] } = definition
      if (name.value === 'Organization' || isInaccessible(directives)) return []
      const shown = fields.filter((field) => !isInaccessible(field.directives ?? []))
      return {
        ...definition,
        fields: name.value === 'Query' ? [...shown, ...rootFields] : shown,
      } as DefinitionNode
    },
  )
  const others = ofRegistry.definitions.filter(
    (definition) =>
      'name' in definition &&
      definition.name?.value !== undefined &&
      (definition.name.value === 'Organization' || !taken.has(definition.name.value)),
  )
  return { kind: ofSharing.kind, definitions: [...definitions, ...others] }
}

function isInaccessible(
  directives: readonly { readonly name: { readonly value: string } }[],
): boolean {
  return directives.some(({ name }) => name.value === 'inaccessible')
}
