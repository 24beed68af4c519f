import { identityDigest } from '@kilde/contract'
import type { Effective } from '../map/effective.js'
import type { Facets } from '../sources/source.js'
import { labelsAmong } from './labels.js'
import type { HeldClassRow, HeldResource } from './resource-class.js'

/** What a class reads from a row's resources. */
export interface RowFacts {
  /** What it is sorted by. Undefined: no time can be read, and receipt stands in. */
  readonly when: Effective | undefined
  /** FHIR status code. */
  readonly status: string | undefined
  /** See {@link contentOf}. */
  readonly content: string
  readonly facets?: Facets
  readonly codes?: readonly string[]
  readonly isRival?: boolean
  readonly rivalStatus?: string
}

/** A row of its own resource and of those that it refers to, or is made of. */
export function heldRowOf(
  resource: HeldResource,
  related: readonly HeldResource[],
  facts: RowFacts,
): HeldClassRow {
  const { id, identifier, pointOfCare, owner, version, authorKind, receivedMs } = resource
  const {
    when,
    status = 'unknown',
    content,
    facets = {},
    codes = [],
    isRival = false,
    rivalStatus,
  } = facts
  return {
    ...{ id, owner, version, authorKind, receivedMs, resource: resource.resource },
    ...{ status, content, facets, codes, isRival },
    identity: identityDigest(identifier ?? id),
    t: when?.startMs ?? receivedMs,
    precision: when?.precision ?? 'RECEIVED',
    ...labelsAmong([resource, ...related]),
    related: related.map(({ names, resource: text }) => ({ names, resource: text })),
    ...(pointOfCare !== undefined && { pointOfCare }),
    ...(rivalStatus !== undefined && { rivalStatus }),
  }
}
