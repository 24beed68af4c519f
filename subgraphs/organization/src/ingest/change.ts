import type { PatientIdentifier } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import { isMarkedAbnormal } from '../map/abnormal.js'
import { comboTokens, contentDigest, sentDigest } from '../map/canonical.js'
import { effectiveOf } from '../map/effective.js'
import type { Change } from '../sources/intake.js'
import type { Wish } from './entry.js'
import { labelsOf } from './labels.js'
import { partiesOf } from './parties.js'
import { deviceOf, type Neighbours } from './references.js'

export interface ChangeContext {
  readonly patient: PatientIdentifier
  readonly neighbours: Neighbours
  /** Organisation number of the node: owner of what names no other. */
  readonly organization: string
  readonly receivedMs: number
}

/** Measured more than so much later than it was received: a clock is wrong, and receipt decides the order. */
const SUSPECT_AFTER_MS = 5 * 60_000

/** What the store is to keep of a checked observation. `text` is the resource as it was sent. */
export function changeOf(
  observation: Observation,
  text: string,
  wish: Wish,
  context: ChangeContext,
): Change {
  const { patient, neighbours, receivedMs } = context
  const { owner = context.organization, ...parties } = partiesOf(observation, patient, neighbours)
  const device = deviceOf(observation, neighbours)
  const identifier = identifierOf(observation)
  const sent = sentDigest(observation)
  const version = versionOf(observation)
  return {
    ...{ patient, owner, ...parties, receivedMs, sent, ...timeOf(observation, receivedMs) },
    key: keyOf(wish, identifier, sent),
    onlyIfNone: wish.onlyIfNone,
    ...(identifier !== undefined && { identifier }),
    ...(wish.id !== undefined && { localId: wish.id }),
    ...(version !== undefined && { version }),
    content: contentDigest(observation),
    codes: comboTokens(observation),
    category: codesOf(observation),
    status: observation.status,
    abnormal: isMarkedAbnormal(observation),
    ...labelsOf(observation),
    resource: text,
    ...(device && { device: JSON.stringify(device) }),
  }
}

/** Same business identifier, same row. Without one the sender's id decides, and without that the content itself. */
function keyOf({ id, identifier }: Wish, own: string | undefined, sent: string): string {
  const business = identifier ?? own
  if (business !== undefined) return `identifier:${business}`
  return id === undefined ? `content:${sent}` : `id:${id}`
}

function identifierOf({ identifier }: Observation): string | undefined {
  const first = identifier?.find(({ value }) => value !== undefined)
  return first && `${first.system ?? ''}|${first.value}`
}

/** A version that is no whole number (some servers write a UUID) says nothing about before and after. */
export function versionOf({ meta }: Pick<Observation, 'meta'>): number | undefined {
  const version = meta?.versionId
  return version !== undefined && /^\d{1,9}$/.test(version) ? Number(version) : undefined
}

function timeOf(observation: Observation, receivedMs: number): Pick<Change, 't' | 'precision'> {
  const effective = effectiveOf(observation)
  if (!effective) throw new TypeError('an observation without time passed the rules')
  const suspect = effective.startMs > receivedMs + SUSPECT_AFTER_MS
  return suspect
    ? { t: receivedMs, precision: 'RECEIVED' }
    : { t: effective.startMs, precision: effective.precision }
}

const codesOf = ({ category = [] }: Observation): readonly string[] => [
  ...new Set(category.flatMap(({ coding = [] }) => coding.flatMap(({ code }) => code ?? []))),
]
