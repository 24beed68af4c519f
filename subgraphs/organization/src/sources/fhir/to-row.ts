import { identityDigest, type PatientIdentifier } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import { changeOf } from '../../ingest/change.js'
import type { ShapeCheck } from '../../ingest/fhir-schema.js'
import { isFault } from '../../ingest/outcome.js'
import type { ProfileCheck } from '../../ingest/profiles/profile-check.js'
import type { Neighbours } from '../../ingest/references.js'
import { checkObservation } from '../../ingest/rules.js'
import { checkStorable } from '../../ingest/storable.js'
import { instantMs } from '../../map/effective.js'
import type { HeldRow } from '../rows/held-row.js'
import type { FoundEntry } from './bundle.js'

export interface RowContext {
  readonly organization: string
  /** Before the server's own id in the id of a row. */
  readonly idPrefix: string
  readonly patient: PatientIdentifier
  readonly checkShape: ShapeCheck
  readonly checkProfiles: ProfileCheck
  /** When the question came (epoch milliseconds): what is measured later is measured by a clock that is wrong. */
  readonly nowMs: number
}

/** A row of the server as the store would hold it; undefined for one that cannot be believed or placed. */
export function toRow(
  { resource, text }: FoundEntry,
  neighbours: Neighbours,
  context: RowContext,
): HeldRow | undefined {
  const { organization, idPrefix, checkShape, checkProfiles, nowMs } = context
  const observation = readable(resource)
  if (checkShape('Observation', observation, '') ?? checkStorable(resource, text, ''))
    return undefined
  // By what the server sent: a later release's elements are none of ours to take away here.
  if (checkProfiles(resource, '').some(isFault)) return undefined
  const { id } = observation
  if (id === undefined || checkObservation(observation, '').some(isGrave)) return undefined
  const wish = { id, onlyIfNone: false }
  const change = changeOf(observation, text, wish, { ...context, neighbours, receivedMs: nowMs })
  const times = timesOf(change, observation, nowMs)
  const { patient: _patient, key: _key, localId: _localId, onlyIfNone: _none, ...kept } = change
  const { sent: _sent, identifier, version = 1, ...row } = kept
  const rowId = `${organization}.${idPrefix}${id}`
  const identity = identityDigest(identifier ?? rowId)
  return times && { ...row, ...times, id: rowId, version, identity }
}

/**
 * When the server got it: as it says, else when the result was issued, else when it was measured, which lies still. What is
 * measured in the future stands where it was received; undefined where nothing tells that: such a row has no place that stays.
 */
function timesOf(
  { t, precision }: Pick<HeldRow, 't' | 'precision'>,
  { meta, issued }: Observation,
  nowMs: number,
): Pick<HeldRow, 't' | 'receivedMs'> | undefined {
  const told = instantMs(meta?.lastUpdated ?? '') ?? instantMs(issued ?? '')
  const receivedMs = told === undefined ? undefined : Math.min(told, nowMs)
  if (precision !== 'RECEIVED') return { t, receivedMs: receivedMs ?? t }
  return receivedMs === undefined ? undefined : { t: receivedMs, receivedMs }
}

/** What a later release adds and this one does not show: R5's Observation is otherwise R4's (PMD is R5). */
function readable(resource: FoundEntry['resource']): Observation {
  const {
    triggeredBy: _triggered,
    instantiatesCanonical: _canonical,
    instantiatesReference: _reference,
    bodyStructure: _structure,
    organizer: _organizer,
    ...known
  } = resource as unknown as Observation & Readonly<Record<string, unknown>>
  const { referenceRange } = known
  return referenceRange
    ? { ...known, referenceRange: referenceRange.map(withoutNormalValue) }
    : known
}

function withoutNormalValue(range: NonNullable<Observation['referenceRange']>[number]) {
  const { normalValue: _normal, ...known } = range as typeof range & { normalValue?: unknown }
  return known
}

/** An odd unit is shown as it was written and never converted; everything else that is wrong makes a row unreadable. */
const isGrave = (issue: Parameters<typeof isFault>[0]): boolean =>
  isFault(issue) && issue.code !== 'code-invalid'
