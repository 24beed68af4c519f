import { randomBytes } from 'node:crypto'
import {
  encodeNodeCursor,
  identifierToken,
  patientDigest,
  type StatusLetter,
  statusLetters,
} from '@kilde/contract'
import { type ExecutionResult, executeSync } from 'graphql'
import { OrganizationError } from '../errors.js'
import { contractStatus, readRow } from '../map/observation.js'
import type { Page, PageQuestion, SourceRow } from '../sources/source.js'
import { type CatalogueAge, connectionOf, type Edge } from './connection.js'
import type { PatientQuestion } from './question.js'
import { type Carried, contractSchema } from './schema.js'

export interface AnswerParts {
  readonly organization: string
  /** Name of the system that rows are read from. */
  readonly system: string
  /** `Patient.id`: opaque, bound to who asks. */
  readonly handle: (patient: PatientQuestion['patient'], subject: string) => string
  readonly catalogueAge: () => CatalogueAge
}

export interface AnswerText {
  /** JSON of the GraphQL answer. */
  readonly text: string
  /** Ids of the rows in it. */
  readonly items: readonly string[]
  /** Stored rows that were no good and are left out. */
  readonly dropped: number
}

export type Answer = (
  question: PatientQuestion,
  pages: ReadonlyMap<string, Page>,
  caller: { readonly subject: string },
) => AnswerText

/**
 * Carries the operation out over the pages that were read for it: what is not selected is not in the answer. Each row is
 * made by itself; one that cannot be made is left out and counted, and empties nobody's list.
 * @throws OrganizationError `SOURCE_FAILED` where even that gives no answer
 */
export function createAnswer(parts: AnswerParts): Answer {
  return (question, pages, { subject }) => {
    const patient = { id: parts.handle(question.patient, subject) }
    const lists = [...question.lists].map(([name, asked]) =>
      listOf(parts, question, name, asked, pages),
    )
    const first = execute(question, carry(patient, lists, parts))
    if (!first.errors) return finish(first, lists)
    // Seldom: a value that the contract's types refuse. Then every row shows by itself whether it is good.
    const tried = lists.map((list) => ({
      ...list,
      edges: list.edges.filter((edge) => {
        const alone = lists.map((other) => ({ ...other, edges: other === list ? [edge] : [] }))
        return !execute(question, carry(patient, alone, parts)).errors
      }),
    }))
    const second = execute(question, carry(patient, tried, parts))
    if (second.errors) throw new OrganizationError('SOURCE_FAILED', { cause: second.errors[0] })
    return finish(second, tried)
  }
}

interface List {
  readonly name: string
  readonly asked: PageQuestion
  readonly page: Page
  readonly edges: readonly Edge[]
}

function listOf(
  parts: AnswerParts,
  { patient, salt = randomBytes(16).toString('base64url') }: PatientQuestion,
  name: string,
  asked: PageQuestion,
  pages: ReadonlyMap<string, Page>,
): List {
  const page = pages.get(name)
  if (!page) throw new TypeError('a list was not read')
  const digest = patientDigest(salt, identifierToken(patient))
  const edges = page.rows.flatMap((row) => edgeOf(row, digest, parts) ?? [])
  return { name, asked, page, edges }
}

function edgeOf(row: SourceRow, digest: string, parts: AnswerParts): Edge | undefined {
  const { organization } = parts
  try {
    return { cursor: cursorOf(row, digest, organization), node: readRow(row, parts) }
  } catch {
    return undefined
  }
}

function cursorOf(row: SourceRow, digest: string, organization: string): string {
  const { t, identity, id, status, version, content, owner } = row
  return encodeNodeCursor({
    s: statusLetterOf(status),
    t,
    i: identity,
    o: organization,
    d: id,
    p: digest,
    n: version,
    c: content,
    w: owner,
  })
}

/** @throws RangeError for a status that FHIR does not have: the row is dropped. */
function statusLetterOf(status: string): StatusLetter {
  const known = Object.entries(statusLetters).find(([name]) => name === contractStatus(status))
  if (!known) throw new RangeError('an unknown status')
  return known[1]
}

function carry(
  patient: { readonly id: string },
  lists: readonly List[],
  parts: AnswerParts,
): Carried {
  const age = parts.catalogueAge()
  const connections = lists.map(
    ({ name, asked, page, edges }) =>
      [name, connectionOf(parts.organization, asked, page, edges, age)] as const,
  )
  return { patient, lists: new Map(connections) }
}

function execute({ operation }: PatientQuestion, carried: Carried): ExecutionResult {
  return executeSync({
    schema: contractSchema,
    document: operation.document,
    operationName: operation.name,
    variableValues: operation.variables,
    contextValue: carried,
  })
}

function finish({ data }: ExecutionResult, lists: readonly List[]): AnswerText {
  return {
    text: JSON.stringify({ data }),
    items: lists.flatMap(({ edges }) => edges.map(({ node }) => node.row.id)),
    dropped: lists.reduce((sum, { page, edges }) => sum + page.rows.length - edges.length, 0),
  }
}
