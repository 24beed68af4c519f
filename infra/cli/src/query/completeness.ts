import type { DocumentNode } from 'graphql'
import { type NamedObject, nameFields } from './name-fields.js'

/** `UNKNOWN`: a list was asked for, and nothing that would tell whether something of it is missing. */
export type Completeness = 'COMPLETE' | 'INCOMPLETE' | 'UNKNOWN'

/**
 * Whether an answer is complete, by its own word: every list tells by `complete`; where that was not asked for, by
 * `completeness` and `sources` as far as they were. An answer without clinical lists is complete.
 */
export function completenessOf(
  data: unknown,
  document: DocumentNode,
  operationName?: string,
): Completeness {
  const verdicts = verdictsIn(nameFields(data, document, operationName))
  if (verdicts.includes('INCOMPLETE')) return 'INCOMPLETE'
  return verdicts.includes('UNKNOWN') ? 'UNKNOWN' : 'COMPLETE'
}

function verdictsIn(value: unknown): readonly Completeness[] {
  if (Array.isArray(value)) return value.flatMap(verdictsIn)
  if (!isObject(value)) return []
  return [...verdictsOf(value), ...[...value.values()].flatMap(verdictsIn)]
}

/** What one object itself tells; nothing where it is no clinical list. */
function verdictsOf(object: NamedObject): readonly Completeness[] {
  const complete = object.get('complete')
  if (complete) return complete.map((value) => (value === true ? 'COMPLETE' : 'INCOMPLETE'))
  // No patient, no error: the contract says that this never means that nothing exists.
  if (object.get('patient')?.includes(null)) return ['UNKNOWN']
  const counts = objectsIn(object, 'completeness')
  const reports = objectsIn(object, 'sources')
  if (counts.some(lacksByCount) || reports.some(lacksByReport)) return ['INCOMPLETE']
  if (object.has('sources')) {
    return [reports.every((report) => report.has('status')) ? 'COMPLETE' : 'UNKNOWN']
  }
  return LIST_FIELDS.some((name) => object.has(name)) ? ['UNKNOWN'] : []
}

const LIST_FIELDS = ['nodes', 'edges', 'totalCount', 'completeness']
const COUNTS_OF_LACK = ['failed', 'withheld', 'stale', 'notAsked', 'catalogueStale']

const lacksByCount = (counts: NamedObject): boolean =>
  COUNTS_OF_LACK.some((name) => counts.get(name)?.some(Boolean))

function lacksByReport(report: NamedObject): boolean {
  const isOther = (name: string, fine: readonly unknown[]): boolean =>
    report.get(name)?.some((value) => !fine.includes(value)) ?? false
  return (
    isOther('status', ['OK', 'EMPTY']) || isOther('withheld', ['NONE']) || isOther('dropped', [0])
  )
}

const objectsIn = (object: NamedObject, name: string): readonly NamedObject[] =>
  (object.get(name) ?? []).flat().filter(isObject)

const isObject = (value: unknown): value is NamedObject => value instanceof Map
