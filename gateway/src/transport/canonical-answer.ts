import type { MergedField, MergePlan } from '../merge/merge-plan.js'
import { sourceAlias } from '../merge/source-query.js'
import { canonicalObject, own } from '../rows/canonical.js'
import { InvalidAnswer } from './invalid-answer.js'
import { parseAnswer } from './parse-answer.js'

/**
 * Brings a source's answer into the form that is read: the asked keys in their order, no white space, numbers and escapes as
 * JavaScript writes them. For sources that write JSON another way, and for answers with a row that does not fit.
 * @throws InvalidAnswer, UnreadableAnswer
 */
export function canonicalAnswer(body: Buffer, plan: MergePlan): Buffer {
  const patient = own(own(parseAnswer(body), 'data'), 'patient')
  const written: Record<string, unknown> = {}
  for (const field of plan.fields) {
    const value = own(patient, sourceAlias(field.index))
    if (value !== null) written[sourceAlias(field.index)] = canonicalField(value, field)
  }
  try {
    return Buffer.from(JSON.stringify({ data: { patient: written } }))
  } catch {
    throw new InvalidAnswer('RESPONSE_MALFORMED')
  }
}

function canonicalField(value: unknown, field: MergedField): unknown {
  if ('part' in field) return value
  const rest = {
    pageInfo: own(value, 'pageInfo') ?? undefined,
    totalCount: own(value, 'totalCount') ?? undefined,
    rivals: own(value, 'rivals') ?? undefined,
    sources: own(value, 'sources'),
  }
  if (field.strategy === 'UNION') return { edges: canonicalEdges(value, field), ...rest }
  const items = own(value, 'items')
  const written = Array.isArray(items)
    ? items.map((item) => ({ code: own(item, 'code'), edges: canonicalEdges(item, field) }))
    : items
  return { items: written, ...rest }
}

function canonicalEdges(
  value: unknown,
  { places }: Extract<MergedField, { strategy: 'UNION' | 'LATEST' }>,
): unknown {
  const edges = own(value, 'edges')
  if (!Array.isArray(edges)) return edges
  return edges.map((edge) => {
    const rows = places.map(({ alias, fields }) => [
      alias,
      canonicalObject(own(edge, alias), fields),
    ])
    return { cursor: own(edge, 'cursor'), ...Object.fromEntries(rows) }
  })
}
