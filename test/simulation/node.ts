import {
  encodeNodeCursor,
  identifierToken,
  parseBoundary,
  parsePatientIdentifier,
  patientDigest,
  sharingSdl,
} from '@kilde/contract'
import { buildASTSchema, type DocumentNode, executeSync, parse } from 'graphql'
import { effectiveOf, type Holding, type Order, type Row, rowsAfter, sortRows } from './rows.js'

/** The request body of the gateway, as docs/node-protocol.md has it. */
export interface NodeQuestion {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>> & { readonly identifier: string }
  readonly extensions: {
    readonly kilde: { readonly salt: string; readonly traceparent: string }
  }
}

/** A merged list of a node's answer. */
export interface NodeList {
  edges: NodeEdge[]
  sources: Record<string, unknown>[]
}

export type NodeEdge = Record<string, unknown> & { cursor: string }

export interface NodeAnswer {
  data: { patient: Record<string, NodeList> }
}

interface ListArguments {
  readonly first: number
  readonly after?: string | null
  readonly order: Order
}

const schema = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true })
const documents = new Map<string, DocumentNode>()

/** What an honest node answers: the gateway's own query, run by graphql-js over the rows that the node holds. */
export function answerHonestly(
  source: string,
  holding: Holding,
  patients: readonly string[],
  question: NodeQuestion,
  asOf: string,
): string {
  const { query, variables, extensions } = question
  const rows = holding[patients.map(tokenOf).indexOf(variables.identifier)] ?? []
  const digest = patientDigest(extensions.kilde.salt, variables.identifier)
  const report = reportOf(source, asOf)
  const fields = {
    observations: (args: ListArguments) => ({ ...listOf(rows, args, digest), ...report(rows) }),
    latestObservations: ({ codes }: { codes: readonly string[] }) => ({
      items: codes.map((code) => latestOf(rows, code, digest)),
      ...report(rows),
    }),
    observationTrend: () => ({ ...trendOf(rows, digest), ...report(rows) }),
    name: () => ({ variants: [variantOf(source)], ...report([source]) }),
  }
  const result = executeSync({
    schema,
    document: documentOf(query),
    rootValue: { patient: () => fields },
    variableValues: variables,
  })
  if (result.errors) throw new Error(`no node can answer this: ${result.errors.join(', ')}`)
  return JSON.stringify(result)
}

function documentOf(query: string): DocumentNode {
  const known = documents.get(query)
  if (known) return known
  const document = parse(query)
  documents.set(query, document)
  return document
}

const tokens = new Map<string, string>()

/** A patient's number as it stands in the variables of a node's query. */
function tokenOf(number: string): string {
  const token = tokens.get(number) ?? identifierToken(parsePatientIdentifier(number))
  tokens.set(number, token)
  return token
}

/** The node's word on its own answer. */
const reportOf =
  (source: string, asOf: string) =>
  (values: readonly unknown[]): object => ({
    sources: [
      {
        organization: { number: source },
        status: values.length > 0 ? 'OK' : 'EMPTY',
        ...{ dropped: 0, withheld: 'NONE', reason: null, asOf, contractVersion: '1.0' },
      },
    ],
  })

function listOf(held: readonly Row[], { first, after, order }: ListArguments, digest: string) {
  const rest = rowsAfter(sortRows(held, order), parseBoundary(after ?? undefined), order)
  const page = rest.slice(0, first)
  return {
    edges: page.map((row) => edgeOf(row, digest)),
    pageInfo: { hasNextPage: rest.length > page.length },
    totalCount: { value: held.length },
  }
}

const edgeOf = (row: Row, digest: string) => ({ cursor: cursorOf(row, digest), node: nodeOf(row) })

const CODE = '8867-4'
const MOST_LATEST = 8

function latestOf(held: readonly Row[], code: string, digest: string) {
  const rows = code.endsWith(CODE) ? sortRows(held, 'NEWEST_FIRST') : []
  return { code, edges: rows.slice(0, MOST_LATEST).map((row) => edgeOf(row, digest)) }
}

/** All rows lie within one hour, and travel by themselves: each has a business identifier. */
function trendOf(held: readonly Row[], digest: string) {
  const rows = held.map((row) => ({ cursor: cursorOf(row, digest), value: row.value }))
  const [start, end] = ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z']
  return { buckets: rows.length > 0 ? [{ start, end, rows, rest: null }] : [], leftOut: 0 }
}

/** Sources differ in pairs. */
function variantOf(source: string) {
  const family = Number(source) % 2 === 0 ? 'Kols' : 'Sukker'
  const value = { text: `Kari ${family}`, family, given: ['Kari'], use: 'official' }
  return { value, rank: 3, recorded: new Date(Number(source) * 1_000).toISOString() }
}

function cursorOf(row: Row, patient: string): string {
  const { version: n, owner: w, content: c } = row
  return encodeNodeCursor({ ...row.key, s: 'F', p: patient, n, c, w })
}

/** What of a row the simulation's operations select. */
function nodeOf(row: Row): object {
  const { id, version, text, identity } = row
  return {
    id,
    version,
    status: 'FINAL',
    effective: effectiveOf(row),
    valueText: text,
    conflict: false,
    possibleDuplicateOf: [],
    identifier: [{ system: 'urn:kilde:test', value: identity }],
    code: { text: null, coding: [{ system: 'http://loinc.org', code: CODE }] },
    provenance: [{ id, version, superseded: false, source: { number: row.source } }],
  }
}
