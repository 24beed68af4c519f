import { type Effective, effectiveOf } from '../../map/effective.js'
import type { CommunicationElements } from './elements.js'

/** When it was sent, else received, else when this version was made. Undefined: no time can be read. */
export function timeOf({
  sent,
  received,
  meta,
}: Pick<CommunicationElements, 'sent' | 'received' | 'meta'>): Effective | undefined {
  const effectiveDateTime = sent ?? received
  return effectiveOf({ effectiveDateTime, issued: meta?.lastUpdated })
}
