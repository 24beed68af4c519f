import { type Effective, effectiveOf } from '../../map/effective.js'
import type { DocumentElements } from './elements.js'

/** When it was written: its date, else when what it tells of was done, else when this version was made. Undefined: no time can be read. */
export function writtenAt({
  date,
  context,
  meta,
}: Pick<DocumentElements, 'date' | 'context' | 'meta'>): Effective | undefined {
  const effectiveDateTime = date ?? context?.period?.start
  return effectiveOf({ effectiveDateTime, issued: meta?.lastUpdated })
}
