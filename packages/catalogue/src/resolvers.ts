import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'
import { type Lookup, lookupOf } from './lookup.js'
import { isOrganizationNumber } from './organization-number.js'
import type { CatalogueState } from './state.js'

/** What the resolvers of the `registry` subgraph need as `contextValue`. */
export interface RegistryContext {
  readonly state: CatalogueState
}

/** An organisation on its way through the resolvers: its number. Also for one that the registry does not know. */
interface Reference {
  readonly number: string
}

// Apollo writes `__typename` onto what a reference resolves to, so every resolver answers an object of its own.
const refer = (number: string | undefined): Reference | null =>
  number === undefined ? null : { number }
const within = ({ state }: RegistryContext): Lookup => lookupOf(state)

const OrganizationNumberScalar = new GraphQLScalarType({
  name: 'OrganizationNumber',
  serialize: String,
  parseValue: readNumber,
  parseLiteral: (node) => readNumber(node.kind === Kind.STRING ? node.value : undefined),
})

export const resolvers = {
  OrganizationNumber: OrganizationNumberScalar,
  Query: {
    organization: (_root: unknown, { number }: Reference, context: RegistryContext) =>
      refer(within(context).organization(number)?.number),
    organizations: (_root: unknown, _args: unknown, context: RegistryContext) =>
      within(context).organizations.map(({ number }) => refer(number)),
  },
  Organization: {
    __resolveReference: ({ number }: Reference) => refer(number),
    name: field((entry) => entry?.name ?? null),
    kind: field((entry) => entry?.kind ?? null),
    state: field((entry) => entry?.state ?? null),
    dataClasses: field((entry) => entry?.dataClasses ?? []),
    parent: field((entry) => refer(entry?.parent)),
    successor: field((entry) => refer(entry?.successor)),
  },
}

function field<T>(read: (entry: ReturnType<Lookup['organization']>) => T) {
  return ({ number }: Reference, _args: unknown, context: RegistryContext): T =>
    read(within(context).organization(number))
}

function readNumber(value: unknown): string {
  if (typeof value === 'string' && isOrganizationNumber(value)) return value
  throw new GraphQLError('An organisation number has 9 digits, the last a check digit.')
}
