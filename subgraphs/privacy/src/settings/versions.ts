import type { SourceVersion, Statement } from './statement.js'

const NONE: SourceVersion = {}

/**
 * Which of two versions of one resource is newer: above 0 the first, below 0 the second, 0 where they cannot be put in order.
 * FHIR R4 promises no order of `meta.versionId`; where both are whole numbers there is one in practice.
 */
export function compareVersions(one: SourceVersion = NONE, other: SourceVersion = NONE): number {
  const byTime = one.at && other.at ? Date.parse(one.at) - Date.parse(other.at) : 0
  return byTime || numberOf(one) - numberOf(other) || 0
}

/** The very same version, and known to be. */
export const isSameVersion = (one: SourceVersion = NONE, other: SourceVersion = NONE): boolean =>
  (one.at ?? one.id) !== undefined && one.at === other.at && one.id === other.id

/** The newest of what came under one name; of those that cannot be put in order the one that came last. */
export const newestOf = (statements: readonly Statement[]): Statement | undefined =>
  statements.reduce<Statement | undefined>(
    (newest, one) => (compareVersions(one.version, newest?.version) < 0 ? newest : one),
    undefined,
  )

/** NaN where it is no number, which makes the difference nothing. */
const numberOf = ({ id }: SourceVersion): number =>
  id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : Number.NaN
