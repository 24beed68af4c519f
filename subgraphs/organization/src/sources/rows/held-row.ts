import { compareKeys } from '@kilde/contract'
import type { Change } from '../intake.js'
import type { PageStart, SourceRow } from '../source.js'
import { membersOf, objectOf } from './json-parts.js'

/** One observation in memory, with everything that a question's conditions look at. `resource` is whole. */
export interface HeldRow
  extends SourceRow,
    Pick<Change, 'codes' | 'category' | 'abnormal' | 'labels' | 'openFromMs'> {}

/** What leaves the source of a row: the selected elements, with the digits that were sent. */
export function sourceRowOf(row: HeldRow, elements: readonly string[]): SourceRow {
  const { codes: _codes, category: _category, abnormal: _abnormal, ...rest } = row
  const { labels: _labels, openFromMs: _open, device, resource, ...known } = rest
  const selected = [...membersOf(resource)].filter(([name]) => elements.includes(name))
  return {
    ...known,
    resource: objectOf(selected),
    ...(device !== undefined && elements.includes('device') && { device }),
  }
}

/** The contract's order within one organisation; negative where `a` is older. */
export const compareRows = (a: Placed, b: Placed): number => compareKeys(keyOf(a), keyOf(b))

/** Negative where the row is before this place, in the order from old to new. */
export const compareToStart = (row: Placed, { t, i, d }: PageStart): number =>
  compareKeys(keyOf(row), { t, i, o: '', d })

type Placed = Pick<SourceRow, 't' | 'identity' | 'id'>

const keyOf = ({ t, identity, id }: Placed) => ({ t, i: identity, o: '', d: id })
