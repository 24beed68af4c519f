import { type ConfigOf, checks, readConfig, setting } from '@kilde/service'
import { z } from 'zod'
import type { DocumentLimits } from './limits.js'
import { registeredOperations } from './registered-operations.js'

/**
 * Bounds of a question. The defaults are frozen from the contract's own example queries: each is about twice or more of what the largest of
 * them needs (docs/limits.md, which is generated and checked).
 */
export const limitSettings = {
  KILDE_BODY_MAX_BYTES: setting(
    checks.bytes(131_072, 1_024, 1_048_576),
    'Largest request body (bytes).',
  ),
  KILDE_DOCUMENT_MAX_CHARACTERS: setting(
    checks.bytes(40_000, 1_000, 1_000_000),
    'Longest GraphQL document (characters).',
  ),
  KILDE_DOCUMENT_MAX_TOKENS: setting(
    checks.bytes(5_000, 100, 100_000),
    'Most tokens of a document.',
  ),
  KILDE_DOCUMENT_MAX_DEPTH: setting(
    checks.bytes(12, 5, 50),
    'Most levels of a document; introspection is exempt.',
  ),
  KILDE_DOCUMENT_MAX_ALIASES: setting(
    checks.bytes(30, 1, 1_000),
    'Most aliases of an operation, fragments written out.',
  ),
  KILDE_DOCUMENT_MAX_DIRECTIVES: setting(
    checks.bytes(30, 1, 1_000),
    'Most directives of an operation, fragments written out.',
  ),
  KILDE_DOCUMENT_MAX_ROOT_FIELDS: setting(
    checks.bytes(10, 1, 1_000),
    'Most fields at the top of an operation.',
  ),
  KILDE_DOCUMENT_MAX_FIELDS: setting(
    checks.bytes(6_000, 100, 100_000),
    'Most fields of an operation, fragments written out; introspection counts as one.',
  ),
  KILDE_DOCUMENT_MAX_COST: setting(
    checks.bytes(100_000, 1_000, 100_000_000),
    'Most rows that an operation may ask for, times the organisations that are asked for them.',
  ),
  KILDE_REGISTERED_OPERATIONS: setting(
    registeredOperations.optional(),
    'File of the operations that may be asked: a JSON object of documents by `sha256:` and their digest. No other is carried out then. Default: any within the limits.',
  ),
  KILDE_INTROSPECTION: setting(
    z.enum(['on', 'off']).default('on'),
    'Whether signed-in clients may read the schema. `off` also leaves names of the schema out of errors.',
  ),
} as const

type LimitConfig = Omit<
  ConfigOf<typeof limitSettings>,
  'KILDE_BODY_MAX_BYTES' | 'KILDE_DOCUMENT_MAX_COST' | 'KILDE_REGISTERED_OPERATIONS'
>

export function limitsOf(config: LimitConfig): DocumentLimits {
  return {
    maxCharacters: config.KILDE_DOCUMENT_MAX_CHARACTERS,
    maxTokens: config.KILDE_DOCUMENT_MAX_TOKENS,
    maxDepth: config.KILDE_DOCUMENT_MAX_DEPTH,
    maxAliases: config.KILDE_DOCUMENT_MAX_ALIASES,
    maxDirectives: config.KILDE_DOCUMENT_MAX_DIRECTIVES,
    maxRootFields: config.KILDE_DOCUMENT_MAX_ROOT_FIELDS,
    maxFields: config.KILDE_DOCUMENT_MAX_FIELDS,
    introspection: config.KILDE_INTROSPECTION === 'on',
  }
}

/** The bounds of a gateway whose settings name no others. */
export const documentLimits: DocumentLimits = limitsOf(readConfig(limitSettings, {}))
