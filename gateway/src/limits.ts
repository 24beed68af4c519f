import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind, visit } from 'graphql'
import { GatewayError } from './errors.js'
import { FragmentCycle, type Measures, measure } from './measure.js'

/** Bounds of a document, each counted as {@link Measures} counts. Defaults and their ground: docs/limits.md. */
export interface DocumentLimits {
  readonly maxCharacters: number
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxDirectives: number
  readonly maxRootFields: number
  readonly maxFields: number
  /** Whether clients may read the schema. What is let through is bounded by graphql-js alone. */
  readonly introspection: boolean
}

/**
 * Parses a document within the limits.
 * @throws GatewayError `DOCUMENT_TOO_LARGE`, `DOCUMENT_MALFORMED` or `INTROSPECTION_REFUSED`
 */
export function parseWithin(source: string, limits: DocumentLimits): DocumentNode {
  if (source.length > limits.maxCharacters) throw tooLarge(limits.maxCharacters, 'characters')
  const document = parseTokens(source, limits.maxTokens)
  // Before the measures: whoever may not read the schema is told that, not how large the question was.
  if (!limits.introspection) refuseIntrospection(document)
  checkMeasures(document, limits)
  return document
}

function tooLarge(most: number, what: string, found?: number): GatewayError {
  const seen = found === undefined ? '' : `, found ${found}`
  return new GatewayError('DOCUMENT_TOO_LARGE', {
    text: `The GraphQL document is too large: at most ${most} ${what}${seen}.`,
  })
}

function parseTokens(source: string, maxTokens: number): DocumentNode {
  try {
    countTokens(source, maxTokens)
    // Places would keep every token of each document that is kept.
    return parse(source, { noLocation: true })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const [place] = error.locations ?? []
    const where = place ? ` Line ${place.line}, column ${place.column}.` : ''
    // The parser's own message quotes the document, which may hold what must not be repeated.
    throw new GatewayError('DOCUMENT_MALFORMED', {
      text: `The GraphQL document cannot be parsed.${where}`,
    })
  }
}

/** Brackets in one another. The parser calls itself for each: unbounded, a few thousand would end its stack. */
const MAX_NESTING = 100
const OPENS: ReadonlySet<TokenKind> = new Set([
  TokenKind.BRACE_L,
  TokenKind.BRACKET_L,
  TokenKind.PAREN_L,
])
const CLOSES: ReadonlySet<TokenKind> = new Set([
  TokenKind.BRACE_R,
  TokenKind.BRACKET_R,
  TokenKind.PAREN_R,
])

/**
 * How many tokens a text has.
 * @throws GatewayError `DOCUMENT_TOO_LARGE`; GraphQLError where a character belongs to no token
 */
export function countTokens(source: string, maxTokens: number): number {
  const lexer = new Lexer(new Source(source))
  let nesting = 0
  for (let tokens = 0; ; tokens += 1) {
    if (tokens > maxTokens) throw tooLarge(maxTokens, 'tokens')
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) return tokens
    if (OPENS.has(kind)) nesting += 1
    else if (CLOSES.has(kind)) nesting -= 1
    if (nesting > MAX_NESTING) throw tooLarge(MAX_NESTING, 'brackets in one another')
  }
}

function refuseIntrospection(document: DocumentNode): void {
  visit(document, {
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') {
        throw new GatewayError('INTROSPECTION_REFUSED')
      }
    },
  })
}

function checkMeasures(document: DocumentNode, limits: DocumentLimits): void {
  const found = measured(document)
  const checks = [
    [found.depth, limits.maxDepth, 'levels'],
    [found.aliases, limits.maxAliases, 'aliases'],
    [found.directives, limits.maxDirectives, 'directives'],
    [found.rootFields, limits.maxRootFields, 'fields at the top'],
    [found.fields, limits.maxFields, 'fields, fragments written out'],
  ] as const
  for (const [size, most, what] of checks) if (size > most) throw tooLarge(most, what, size)
}

function measured(document: DocumentNode): Measures {
  try {
    return measure(document)
  } catch (fault) {
    if (!(fault instanceof FragmentCycle)) throw fault
    throw new GatewayError('DOCUMENT_MALFORMED', {
      text: 'The GraphQL document cannot be carried out: a fragment holds itself.',
    })
  }
}
