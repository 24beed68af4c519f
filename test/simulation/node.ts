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
  pageInfo: { hasNextPage: boolean }
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
  const observations = (args: ListArguments) => listOf(source, rows, args, digest, asOf)
  const result = executeSync({
    schema,
    document: documentOf(query),
    rootValue: { patient: () => ({ observations }) },
    variableValues: variables,
  })
  if (result.errors) throw new Error(`the gateway asked what no node can answer: ${result.errors}`)
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

function listOf(
  source: string,
  held: readonly Row[],
  { first, after, order }: ListArguments,
  digest: string,
  asOf: string,
): object {
  const rest = rowsAfter(sortRows(held, order), parseBoundary(after ?? undefined), order)
  const page = rest.slice(0, first)
  const status = page.length > 0 ? 'OK' : 'EMPTY'
  const report = {
    status,
    dropped: 0,
    withheld: 'NONE',
    reason: null,
    asOf,
    contractVersion: '1.0',
  }
  return {
    edges: page.map((row) => ({ cursor: cursorOf(row, digest), node: nodeOf(row) })),
    pageInfo: { hasNextPage: rest.length > page.length },
    totalCount: { value: held.length },
    sources: [{ organization: { number: source }, ...report }],
  }
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
    code: { text: null, coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    provenance: [{ id, version, superseded: false, source: { number: row.source } }],
  }
}
