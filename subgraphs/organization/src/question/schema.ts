import { buildSubgraphSchema } from '@apollo/subgraph'
import { sharingSdl } from '@kilde/contract'
import { type GraphQLFieldResolver, type GraphQLSchema, Kind, parse } from 'graphql'
import { accessFields, wordFields } from '../access-log/fields.js'
import { resourceClasses } from '../classes/index.js'
import { oxygenFields } from '../map/context.js'
import { observationFields } from '../map/observation.js'
import { rangeFields, valueFields } from '../map/value.js'
import { patientFields } from './fields/index.js'
import { scalars } from './scalars.js'

/** What a document is carried out over: what was read before, by the name that each field has in the answer. */
export interface Carried {
  readonly patient: { readonly id: string }
  readonly fields: ReadonlyMap<string, object>
}

type Fields = Record<string, GraphQLFieldResolver<unknown, unknown>>

const fromCarried: Fields[string] = (_source, _args, carried, info) =>
  (carried as Carried).fields.get(String(info.path.key))

/** Those of the contract: of the fields that classes have in common not every type has all. */
function fieldsOfClasses(): Record<string, Fields> {
  const all = resourceClasses.flatMap(({ view }) => [
    [view.type, view.fields] as const,
    ...Object.entries(view.types),
  ])
  return Object.fromEntries(
    all.map(([type, fields]) => [type, onlyOf(type, fields as unknown as Fields)]),
  )
}

const document = parse(sharingSdl)

function onlyOf(type: string, fields: Fields): Fields {
  const definition = document.definitions.find(
    (one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === type,
  )
  const known = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : []
  const names = new Set(known.map(({ name }) => name.value))
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)))
}

/** The contract as an executable Federation 2 subgraph (`_service` tells its SDL). It reads nothing by itself. */
export const contractSchema: GraphQLSchema = buildSubgraphSchema({
  typeDefs: document,
  resolvers: {
    ...scalars,
    Query: { patient: (_source, _args, carried) => (carried as Carried).patient },
    Patient: Object.fromEntries(Object.keys(patientFields).map((name) => [name, fromCarried])),
    // graphql-js hands each the object that the field above it gave; what that is, the mappers' types say.
    Observation: observationFields as Fields,
    ObservationComponent: valueFields as unknown as Fields,
    ReferenceRange: rangeFields as unknown as Fields,
    OxygenSupply: oxygenFields as unknown as Fields,
    AccessLogEntry: accessFields as unknown as Fields,
    CodeInWords: wordFields as unknown as Fields,
    ...fieldsOfClasses(),
  },
})
