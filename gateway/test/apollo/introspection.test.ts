import { ApolloServer } from '@apollo/server'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sharingSdl } from '@kilde/contract'
import {
  buildClientSchema,
  type DirectiveNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  visit,
} from 'graphql'
import { createFederation } from '../../src/apollo/federation.js'
import type { RunContext } from '../../src/apollo/run-context.js'

let server: ApolloServer<RunContext>
let schema: GraphQLSchema
const nowhere = { process: async () => ({ data: null }) }

beforeAll(async () => {
  const gateway = await createFederation({ sharing: nowhere, registry: nowhere })
  server = new ApolloServer<RunContext>({
    gateway,
    introspection: true,
    stopOnTerminationSignals: false,
  })
  await server.start()
  const { body } = await server.executeOperation({ query: getIntrospectionQuery() })
  if (body.kind !== 'single') throw new Error('an answer in parts')
  schema = buildClientSchema(body.singleResult.data as unknown as IntrospectionQuery)
}, 30_000)
afterAll(() => server.stop())

const isInaccessible = ({ directives = [] }: { readonly directives?: readonly DirectiveNode[] }) =>
  directives.some(({ name }) => name.value === 'inaccessible')

it('shows clients no machinery of merging or federation', () => {
  const names = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'))
  expect(
    names.filter((name) => /merge|join_|link_|_Any|_Entity|_Service|FieldSet/i.test(name)),
  ).toEqual([])
  const directives = schema.getDirectives().map(({ name }) => name)
  expect(directives.sort()).toEqual(['deprecated', 'include', 'oneOf', 'skip', 'specifiedBy'])
})

it('shows clients nothing of the contract that is inaccessible', () => {
  const hidden: string[] = []
  const shown: string[] = []
  const see = (type: string, field: FieldDefinitionNode): void => {
    const known = schema.getType(type)
    const there = known && 'getFields' in known ? known.getFields()[field.name.value] : undefined
    ;(isInaccessible(field) ? hidden : shown).push(`${type}.${field.name.value}`)
    if (isInaccessible(field)) expect(there).toBeUndefined()
    for (const argument of field.arguments ?? []) {
      if (!isInaccessible(argument)) continue
      const args = there && 'args' in there ? there.args.map(({ name }) => name) : []
      expect(args).not.toContain(argument.name.value)
    }
  }
  visit(parse(sharingSdl), {
    InputObjectTypeDefinition: ({ name, fields = [] }) => {
      const known = schema.getType(name.value)
      const there = known && 'getFields' in known ? Object.keys(known.getFields()) : []
      for (const field of fields) {
        expect(there.includes(field.name.value)).toBe(!isInaccessible(field))
      }
    },
    ObjectTypeDefinition: (type) => {
      if (isInaccessible(type)) expect(schema.getType(type.name.value)).toBeUndefined()
      for (const field of type.fields ?? []) see(type.name.value, field)
    },
  })
  expect(hidden.length).toBeGreaterThan(0)
  expect(shown.length).toBeGreaterThan(50)
})
