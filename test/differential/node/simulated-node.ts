import { identifierToken, parsePatientIdentifier, patientDigest } from '@kilde/contract'
import { type DocumentNode, execute, type GraphQLFieldResolver, Kind, parse } from 'graphql'
import { sharingSchema } from '../schema.js'
import { quantityIn } from '../world/quantity.js'
import {
  allRows,
  type ListClass,
  type Measured,
  observationList,
  planList,
  type Source,
} from '../world/world.js'
import { latestOf } from './latest.js'
import { listOf, reportOf } from './list.js'
import { listKey, type Sent, type SentLog, sentFor } from './sent-log.js'
import { spoil } from './spoil.js'
import { trendOf } from './trend.js'
import { writeJson } from './write-json.js'

/** What the gateway sends (docs/node-protocol.md, The request). */
interface Body {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly extensions: { readonly kilde: { readonly salt: string } }
}

const documents = new Map<string, DocumentNode>()

/** Answers the gateway's own operation over one organisation's rows, with graphql-js: slow, and by the book. */
export function answerAsNode(source: Source, bytes: Uint8Array, log: SentLog): string {
  const { query, variables, extensions } = bodyOf(bytes)
  const patient = parsePatientIdentifier(variables['identifier'])
  const digest = patientDigest(extensions.kilde.salt, identifierToken(patient))
  const lists = new Map<string, Sent>()
  const result = execute({
    schema: sharingSchema,
    document: documentOf(query),
    variableValues: variables,
    contextValue: { source, digest, log, lists } satisfies NodeContext,
    fieldResolver: resolve,
  })
  if (result instanceof Promise) throw new Error('a node answers at once')
  if (result.errors) throw new Error(`a node cannot answer: ${String(result.errors[0])}`)
  return writeJson(spoil(result.data, allRows(source), lists), source.style)
}

const bodies = new WeakMap<Uint8Array, Body>()

/** All sources of a question get the same bytes. */
function bodyOf(bytes: Uint8Array): Body {
  const body = bodies.get(bytes) ?? (JSON.parse(Buffer.from(bytes).toString('utf8')) as Body)
  bodies.set(bytes, body)
  return body
}

export interface NodeContext {
  readonly source: Source
  /** Digest of the patient, for the rows' cursors. */
  readonly digest: string
  readonly log: SentLog
  /** What is noted of each list, by its alias in the answer; with its code, where there is one for each. */
  readonly lists: Map<string, Sent>
}

function documentOf(query: string): DocumentNode {
  const known = documents.get(query)
  if (known) return known
  const document = parse(query, { noLocation: true })
  if (document.definitions.some(({ kind }) => kind !== Kind.OPERATION_DEFINITION))
    throw new Error('a source needs no definitions of fragments')
  if (documents.size > 200) documents.clear()
  documents.set(query, document)
  return document
}

type Resolver = GraphQLFieldResolver<Readonly<Record<string, unknown>> | undefined, NodeContext>

/** A field of the patient, by the name that it has in the answer. */
const FIELDS: Readonly<
  Record<string, (args: never, context: NodeContext, alias: string) => unknown>
> = {
  observations: listField(observationList),
  carePlans: listField(planList),
  latestObservations: latestOf,
  observationTrend: trendOf,
  name: (_args, context) => {
    // The preferred first, as the protocol says: the gateway must not rely on it.
    const variants = context.source.names
    return { variants, sources: [reportOf(context, variants.length)] }
  },
}

function listField(list: ListClass) {
  return (args: object, context: NodeContext, alias: string): object => {
    const { log, lists, source } = context
    lists.set(alias, sentFor(log, source.number, listKey(list.field, args), alias))
    return listOf(list, args, context)
  }
}

const resolve: Resolver = (value, args: Readonly<Record<string, unknown>>, context, info) => {
  const { parentType, fieldName, path } = info
  if (parentType.name === 'Query') return {}
  if (parentType.name === 'Patient')
    return FIELDS[fieldName]?.(args as never, context, String(path.key))
  const unit = args['unit']
  if (typeof unit !== 'string') return value?.[fieldName]
  const measured = value?.[MEASURED[fieldName] ?? '']
  return quantityIn((measured ?? null) as Measured | null, unit)
}

/** Where a row keeps the number that a field with `unit` tells. */
const MEASURED: Readonly<Record<string, string>> = {
  quantity: 'measured',
  low: 'measuredLow',
  high: 'measuredHigh',
  flow: 'measuredFlow',
  concentration: 'measuredConcentration',
}
