import {
  AFTER_ALL,
  BEFORE_ALL,
  compareKeys,
  encodeBoundary,
  encodeNodeCursor,
  identityDigest,
  parseBoundary,
  patientDigest,
} from '@kilde/contract'
import {
  executeSync,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql'
import { type HeldRow, token } from './rows.js'

/** What stands in for a node in these tests: it carries the gateway's operation out over its rows (docs/node-protocol.md). */
export interface SimulatedSource {
  readonly organization: string
  readonly rows: readonly HeldRow[]
}

interface ListArguments {
  readonly first?: number
  readonly after?: string | null
  readonly order?: 'NEWEST_FIRST' | 'OLDEST_FIRST'
}

/** The source's answer to a request body, as JSON text. */
export function answerAs(
  schema: GraphQLSchema,
  { organization, rows }: SimulatedSource,
  body: Uint8Array,
): string {
  const { query, variables, extensions } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    query: string
    variables: Record<string, unknown>
    extensions: { kilde: { salt: string } }
  }
  const digest = patientDigest(extensions.kilde.salt, token)
  const sources = [reportOf(organization, rows.length)]
  const listOf = (type: string) => (args: ListArguments) => ({
    ...page(schema, type, rows, args, digest),
    sources,
  })
  const latest = ({ codes }: { codes: readonly string[] }) => ({
    items: codes.map((code) => ({
      code,
      edges: page(
        schema,
        'Observation',
        rows.filter(({ values }) => values['askedAs'] === code),
        { first: 8 },
        digest,
      ).edges,
    })),
    sources,
  })
  const result = executeSync({
    schema,
    document: parse(query),
    variableValues: variables,
    rootValue: {
      patient: {
        observations: listOf('Observation'),
        warnings: listOf('DetectedIssue'),
        alerts: listOf('Alert'),
        carePlans: listOf('CarePlan'),
        careTeams: listOf('CareTeam'),
        latestObservations: latest,
      },
    },
    typeResolver: (value) => (value as { __typename: string }).__typename,
  })
  if (result.errors) throw new Error(JSON.stringify(result.errors))
  return JSON.stringify(result)
}

function page(
  schema: GraphQLSchema,
  typeName: string,
  rows: readonly HeldRow[],
  { first = 50, after, order = 'NEWEST_FIRST' }: ListArguments,
  digest: string,
) {
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const boundary = after ? parseBoundary(after) : undefined
  const left = [...rows]
    .sort((a, b) => sign * compareKeys(a.key, b.key))
    .filter(({ key }) => !boundary || sign * compareKeys(boundary, key) < 0)
  return {
    edges: left.slice(0, first).map(({ key, values }) => ({
      cursor: encodeNodeCursor({ ...key, p: digest }),
      node: { ...sampleOf(schema, rowType(schema, typeName)), id: key.d, ...values },
    })),
    pageInfo: pageInfo(left, first, sign),
    totalCount: { value: rows.length },
    rivals: rows.map(({ key }) => encodeNodeCursor({ ...key, p: digest })),
  }
}

/** `endCursor` is behind the last row's whole identity where nothing more of it follows. */
function pageInfo(left: readonly HeldRow[], first: number, sign: number) {
  const [last, next] = [left[first - 1]?.key, left[first]?.key]
  if (!last || !next) return { hasNextPage: next !== undefined, endCursor: null }
  const passed = sign < 0 ? BEFORE_ALL : AFTER_ALL
  const isWhole = last.t !== next.t || last.i !== next.i
  const end = isWhole ? { ...last, o: passed, d: passed } : last
  return { hasNextPage: true, endCursor: encodeBoundary(end) }
}

const rowType = (schema: GraphQLSchema, name: string): GraphQLObjectType => {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error('no type of rows')
  return type
}

function reportOf(organization: string, rows: number) {
  return {
    organization: { number: organization },
    status: rows > 0 ? 'OK' : 'EMPTY',
    dropped: 0,
    withheld: 'NONE',
    reason: null,
    asOf: '2026-01-01T00:00:00Z',
    contractVersion: '1.1',
  }
}

/** An object with a value of the right type in each field that must have one. */
export function sampleOf(schema: GraphQLSchema, type: GraphQLObjectType): Record<string, unknown> {
  const fields = Object.values(type.getFields()).filter(({ type: of }) => isNonNullType(of))
  return {
    __typename: type.name,
    ...Object.fromEntries(fields.map(({ name, type: of }) => [name, () => sample(schema, of)])),
  }
}

function sample(schema: GraphQLSchema, type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return sample(schema, type.ofType)
  if (isListType(type)) return []
  const named = getNamedType(type)
  if (isObjectType(named)) return sampleOf(schema, named)
  if (isAbstractType(named)) return null
  if (isEnumType(named)) return named.getValues()[0]?.name
  return SCALARS[named.name] ?? named.name
}

const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1.5,
  Boolean: false,
  DateTime: '2026-01-01T00:00:00Z',
  OrganizationNumber: '310000108',
  ID: identityDigest('id'),
}
