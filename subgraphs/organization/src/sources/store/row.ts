import { identityDigest } from '@kilde/contract'
import type { SourceRow, ValueRow } from '../source.js'
import { elementsIn, joined, openContent, openFacts, type RowFacts, valueFor } from './content.js'
import type { StoreKeys } from './keys.js'
import type { ObservationTable } from './tables.js'

type Known = 'id' | 'patient' | 'identity' | 't' | 'precision' | 'version' | 'status' | 'owner'
type Told = 'point_of_care' | 'author_kind' | 'received_ms' | 'facts'

/** A row as it is read. */
export interface ReadColumns extends Pick<ObservationTable, Known | Told> {
  readonly resource: Buffer | null
}

/** One that does not open keeps its place and has no content: whoever reads it drops it alone. */
const DAMAGED = { content: '', resource: '' } as const

export function rowOf(keys: StoreKeys, row: ReadColumns, elements: readonly string[]): SourceRow {
  const { id, identity, t, version, status, owner, point_of_care: pointOfCare } = row
  return {
    ...{ id, identity, t, version, status, owner },
    precision: row.precision as SourceRow['precision'],
    authorKind: row.author_kind as SourceRow['authorKind'],
    receivedMs: row.received_ms,
    ...(pointOfCare !== null && { pointOfCare }),
    ...opened(() => contentOf(keys, row, elements)),
  }
}

function contentOf(keys: StoreKeys, row: ReadColumns, names: readonly string[]) {
  const { content } = openFacts(keys, row, row.facts)
  if (row.resource === null) return { content, resource: '{}' }
  const { resource, device } = openContent(keys, row, row.resource)
  const shown = names.includes('device') ? device : undefined
  return {
    ...{ content, resource: joined(elementsIn(resource), names) },
    ...(shown !== undefined && { device: shown }),
  }
}

export function valueRowOf(
  keys: StoreKeys,
  row: ReadColumns,
  codes: ReadonlySet<string>,
): ValueRow {
  const { id, identity, t, version, status, owner } = row
  return {
    ...{ id, identity, t, version, status, owner },
    identified: identity !== identityDigest(id),
    ...opened(() => {
      const facts: RowFacts = openFacts(keys, row, row.facts)
      return { content: facts.content, resource: valueFor(facts, codes) }
    }),
  }
}

function opened<T>(open: () => T): T | typeof DAMAGED {
  try {
    return open()
  } catch {
    return DAMAGED
  }
}
