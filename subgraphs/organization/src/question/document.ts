import type { Fragments } from '@kilde/contract'
import { redactNumbers } from '@kilde/service'
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { OrganizationError } from '../errors.js'
import { depthOf } from './depth.js'
import { contractSchema } from './schema.js'

export interface CheckedDocument {
  readonly document: DocumentNode
  readonly operations: readonly OperationDefinitionNode[]
  readonly fragments: Fragments
}

export type DocumentCheck = (text: string) => CheckedDocument

const MAX_TOKENS = 5_000
const MAX_DEPTH = 20

/**
 * Parses and validates documents against the contract, within the limits. The gateway sends few different ones, so what was
 * checked is remembered by its text: nothing about a patient stands in a document.
 * @throws OrganizationError `DOCUMENT_MALFORMED`, `DOCUMENT_TOO_LARGE`, `IDENTIFIER_IN_DOCUMENT`
 */
export function createDocumentCheck(): DocumentCheck {
  const known = new LRUCache<string, CheckedDocument>({ max: 200 })
  return (text) => {
    const before = known.get(text)
    if (before) return before
    const checked = check(text)
    known.set(text, checked)
    return checked
  }
}

/** Public text of what graphql-js says, which quotes the caller. */
export const malformed = (text: string): OrganizationError =>
  new OrganizationError('DOCUMENT_MALFORMED', { text: redactNumbers(text).slice(0, 500) })

function check(text: string): CheckedDocument {
  if (redactNumbers(text) !== text) throw new OrganizationError('IDENTIFIER_IN_DOCUMENT')
  const document = parseWithinLimits(text)
  refuseLiteralIdentifier(document)
  const [fault] = validate(contractSchema, document, undefined, { maxErrors: 1 })
  if (fault) throw malformed(fault.message)
  const { definitions } = document
  const operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  const named = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
  const fragments = new Map(named.map((one) => [one.name.value, one]))
  const depth = Math.max(0, ...operations.map((one) => depthOf(one.selectionSet, fragments)))
  if (depth > MAX_DEPTH) throw new OrganizationError('DOCUMENT_TOO_LARGE')
  return { document, operations, fragments }
}

function parseWithinLimits(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAX_TOKENS, noLocation: true })
  } catch (error) {
    if (!(error instanceof GraphQLError))
      throw new OrganizationError('DOCUMENT_TOO_LARGE', { cause: error })
    const tooLarge = error.message.includes('Document contains more')
    throw tooLarge ? new OrganizationError('DOCUMENT_TOO_LARGE') : malformed(error.message)
  }
}

/** Before validation, whose message would be about types. */
function refuseLiteralIdentifier(document: DocumentNode): void {
  const types = new TypeInfo(contractSchema)
  const refuse = (): never => {
    throw new OrganizationError('IDENTIFIER_IN_DOCUMENT')
  }
  const isIdentifier = (): boolean => String(types.getInputType()).startsWith('PatientIdentifier')
  const literal = () => (isIdentifier() ? refuse() : undefined)
  visit(document, visitWithTypeInfo(types, { StringValue: literal, IntValue: literal }))
}
