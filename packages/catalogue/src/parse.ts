import { redactNumbers } from '@kilde/service'
import type { z } from 'zod'
import { addressProblemsOf } from './address-problems.js'
import { problemsOf } from './consistency.js'
import { CatalogueError } from './errors.js'
import type { AddressRules } from './node-address.js'
import { type CatalogueContent, type OrganizationEntry, StateInput } from './state.js'

const MOST_PROBLEMS = 50

/**
 * Reads what a person or a file gave against one shape of the catalogue.
 * @throws CatalogueError `CATALOGUE_INVALID`, naming every problem at once.
 */
export function parseInput<T>(shape: z.ZodType<T>, input: unknown): T {
  const read = shape.safeParse(input)
  if (read.success) return read.data
  throw invalid(read.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`))
}

/** Reads a whole state and checks that its parts fit each other. Throws as {@link parseInput}. */
export function parseStateInput(input: unknown): StateInput {
  const state = parseInput(StateInput, input)
  checkContent(state)
  return state
}

/** @throws CatalogueError `CATALOGUE_INVALID` where organisations, agreements and memberships contradict each other. */
export function checkContent(content: CatalogueContent): void {
  const problems = problemsOf(content)
  if (problems.length > 0) throw invalid(problems)
}

/**
 * Refuses entries at whose addresses no gateway would ask. For what is registered anew: a state that is there already is read
 * as it is, and gateways do not call what this refuses.
 * @throws CatalogueError `CATALOGUE_INVALID`
 */
export function checkAddresses(
  organizations: readonly OrganizationEntry[],
  rules: AddressRules,
): void {
  const problems = addressProblemsOf(organizations, rules)
  if (problems.length > 0) throw invalid(problems)
}

function invalid(problems: readonly string[]): CatalogueError {
  const more = problems.length - MOST_PROBLEMS
  const shown = problems.slice(0, MOST_PROBLEMS).concat(more > 0 ? [`and ${more} more`] : [])
  // Names of unknown fields are the sender's own words.
  return new CatalogueError('CATALOGUE_INVALID', {
    text: redactNumbers(`The registry's data are not valid:\n  ${shown.join('\n  ')}`),
  })
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
  return text.join('').replace(/^\./, '') || 'body'
}
