import { randomBytes } from 'node:crypto'
import { identifierToken, patientDigest } from '@kilde/contract'
import { type ExecutionResult, executeSync } from 'graphql'
import { OrganizationError } from '../errors.js'
import type { CatalogueAge, Edge } from './connection.js'
import type { FoundField, Part, PartContext } from './fields/field.js'
import type { PatientQuestion } from './question.js'
import { type Carried, contractSchema } from './schema.js'

export interface AnswerParts {
  readonly organization: string
  /** Name of the system that rows are read from. */
  readonly system: string
  /** `Patient.id`: opaque, bound to who asks. */
  readonly handle: (patient: PatientQuestion['patient'], subject: string) => string
  readonly catalogueAge: () => CatalogueAge
  /** Registered name of an organisation. */
  readonly nameOf: (organization: string) => string | undefined
}

export interface AnswerText {
  /** JSON of the GraphQL answer. */
  readonly text: string
  /** Ids of the rows in it, each once. */
  readonly items: readonly string[]
  /** Whether something is missing: rows that were no good, or too many. */
  readonly partial: boolean
}

export type Answer = (
  question: PatientQuestion,
  found: ReadonlyMap<string, FoundField>,
  caller: { readonly subject: string },
) => AnswerText

/**
 * Carries the operation out over what was read for it: what is not selected is not in the answer. Each row is made by
 * itself; one that cannot be made is left out and counted, and empties nobody's list.
 * @throws OrganizationError `SOURCE_FAILED` where even that gives no answer
 */
export function createAnswer(parts: AnswerParts): Answer {
  return (question, found, { subject }) => {
    const patient = { id: parts.handle(question.patient, subject) }
    const context = contextOf(question, parts)
    const lists = [...found].map(([name, field]): List => {
      const part = field.part(context)
      return { name, part, edges: part.edges }
    })
    const first = execute(question, carry(patient, lists))
    if (!first.errors) return finish(first, lists)
    // Seldom: a value that the contract's types refuse. Then the rows show by themselves which are good.
    const tried = lists.map((list) => {
      const areGood = (edges: readonly Edge[]): boolean => {
        const alone = lists.map((other) => ({ ...other, edges: other === list ? edges : [] }))
        return !execute(question, carry(patient, alone)).errors
      }
      return { ...list, edges: goodOf(list.edges, areGood) }
    })
    const second = execute(question, carry(patient, tried))
    if (second.errors) throw new OrganizationError('SOURCE_FAILED', { cause: second.errors[0] })
    return finish(second, tried)
  }
}

/** A field's part with those of its edges that are good. */
interface List {
  readonly name: string
  readonly part: Part
  readonly edges: readonly Edge[]
}

/** Halves what has a bad one in it: few bad rows among many are found without trying each. */
function goodOf(
  edges: readonly Edge[],
  areGood: (edges: readonly Edge[]) => boolean,
): readonly Edge[] {
  if (edges.length === 0 || areGood(edges)) return edges
  if (edges.length === 1) return []
  const half = edges.length >> 1
  return [edges.slice(0, half), edges.slice(half)].flatMap((part) => goodOf(part, areGood))
}

function contextOf(question: PatientQuestion, parts: AnswerParts): PartContext {
  const { patient, salt = randomBytes(16).toString('base64url') } = question
  const { organization, system, nameOf } = parts
  return {
    organization,
    nameOf,
    system,
    patientDigest: patientDigest(salt, identifierToken(patient)),
    catalogueAge: parts.catalogueAge(),
  }
}

const carry = (patient: { readonly id: string }, lists: readonly List[]): Carried => ({
  patient,
  fields: new Map(lists.map(({ name, part, edges }) => [name, part.content(edges)])),
})

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
    items: [...new Set(lists.flatMap(({ part, edges }) => part.items(edges)))],
    partial: lists.some(({ part, edges }) => part.isPartial(edges)),
  }
}
