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
  const endMs = when?.end === undefined ? Number.NaN : Date.parse(when.end)
  return {
    ...{ id, owner, version, authorKind, receivedMs, resource: resource.resource },
    ...{ status, content, facets, codes, isRival },
    changedMs: Math.max(receivedMs, ...related.map((one) => one.receivedMs)),
    identity: identityDigest(identifier ?? id),
    t: when?.startMs ?? receivedMs,
    precision: when?.precision ?? 'RECEIVED',
    ...labelsAmong([resource, ...related]),
    madeOf: [resource, ...related].map((one) => one.id),
    ...(Number.isFinite(endMs) && { endMs }),
    related: related.map(({ names, resource: text }) => ({ names, resource: text })),
    ...(pointOfCare !== undefined && { pointOfCare }),
    ...(rivalStatus !== undefined && { rivalStatus }),
  }
}

/** Later than so much after it was received: a clock is wrong, and receipt decides the order. */
const SUSPECT_AFTER_MS = 5 * 60_000

/** When something happened, unless it says that it has not happened yet. Plans and appointments may lie ahead: not for them. */
export const believed = (when: Effective | undefined, receivedMs: number): Effective | undefined =>
  when && when.startMs > receivedMs + SUSPECT_AFTER_MS ? undefined : when
