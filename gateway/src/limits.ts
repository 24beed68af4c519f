import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit'
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import { type DocumentNode, GraphQLError, parse, type ValidationRule, validate } from 'graphql'
import { GatewayError } from './errors.js'
import { contractSchema } from './merge/contract.js'

/** Bounds of a document. Introspection is exempt from depth and cost: it carries no patient and is bounded by tokens. */
export interface DocumentLimits {
  /** Characters. */
  readonly maxCharacters: number
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxDirectives: number
  /** Values in the answer that the document could ask for, by its literal `first`. */
  readonly maxCost: number
}

/**
 * Parses a document within the limits.
 * @throws GatewayError `DOCUMENT_TOO_LARGE` or `DOCUMENT_MALFORMED`
 */
export function parseWithin(source: string, limits: DocumentLimits): DocumentNode {
  if (source.length > limits.maxCharacters) {
    throw new GatewayError('DOCUMENT_TOO_LARGE', {
      text: `The GraphQL document is too large: at most ${limits.maxCharacters} characters.`,
    })
  }
  const document = parseTokens(source, limits.maxTokens)
  const [error] = validate(contractSchema, document, limitRules(limits))
  if (error) throw new GatewayError('DOCUMENT_TOO_LARGE', { text: limitText(error) })
  return document
}

function parseTokens(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    if (error.message.includes('token limit') || error.message.includes('tokens')) {
      throw new GatewayError('DOCUMENT_TOO_LARGE', {
        text: `The GraphQL document is too large: at most ${maxTokens} tokens.`,
      })
    }
    const [place] = error.locations ?? []
    const where = place ? ` Line ${place.line}, column ${place.column}.` : ''
    // The parser's own message quotes the document, which may hold what must not be repeated.
    throw new GatewayError('DOCUMENT_MALFORMED', {
      text: `The GraphQL document cannot be parsed.${where}`,
    })
  }
}

/** What the rules' visitor classes have at run time; their own types do not say. */
interface Visitor {
  readonly OperationDefinition: { enter(this: Visitor, node: unknown): void }
}

function limitRules(limits: DocumentLimits): ValidationRule[] {
  const rules = [
    maxDepthRule({ n: limits.maxDepth, ignoreIntrospection: true, propagateOnRejection: true }),
    maxAliasesRule({ n: limits.maxAliases }),
    maxDirectivesRule({ n: limits.maxDirectives }),
    costLimitRule({
      maxCost: limits.maxCost,
      objectCost: 1,
      scalarCost: 1,
      depthCostFactor: 1,
      ignoreIntrospection: true,
    }),
  ]
  // The rules throw at the first excess; graphql-js takes reported errors, so each is caught where it is thrown.
  return rules.map((rule) => (context) => {
    const visitor = rule(context) as unknown as Visitor
    return {
      OperationDefinition(node) {
        try {
          visitor.OperationDefinition.enter.call(visitor, node)
        } catch (error) {
          if (!(error instanceof GraphQLError)) throw error
          context.reportError(error)
        }
      },
    }
  })
}

/** The rules' messages hold only names of limits and numbers, behind a misleading «Syntax Error:». */
function limitText(error: GraphQLError): string {
  return `The GraphQL document is too large: ${error.message.replace(/^Syntax Error: /, '')}`
}
