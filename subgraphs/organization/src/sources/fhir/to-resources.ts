import type { HeldResource, ResourceClass } from '../../classes/resource-class.js'
import { type SentEntry, typeOf } from '../../ingest/entry.js'
import { isFault } from '../../ingest/outcome.js'
import { neighboursOf } from '../../ingest/references.js'
import { resourceChangesOf } from '../../ingest/resource-change.js'
import { checkStorable } from '../../ingest/storable.js'
import { instantMs } from '../../map/effective.js'
import type { FoundEntry } from './bundle.js'
import { rowTypeOf } from './gather-class.js'
import type { ReadingContext } from './reading.js'
import type { Subject } from './subject.js'

export interface ReadResources {
  readonly resources: readonly HeldResource[]
  /** Ids of those of which the server does not say when it got them. */
  readonly undated: ReadonlySet<string>
  /** Those that cannot be believed or read. */
  readonly dropped: number
}

/** What a server gave, as the store would hold it: taken by the class as if it had been sent in one Bundle. */
export function toResources(
  kind: ResourceClass,
  found: readonly FoundEntry[],
  { patients }: Pick<Subject, 'patients'>,
  context: ReadingContext,
): ReadResources {
  const entries = found.map(entryOf)
  const neighbours = neighboursOf([...entries, ...recordsOf(patients, context)])
  const claimOf = kind.intake.open({ entries, neighbours })
  const undated = new Set<string>()
  let dropped = 0
  const resources = entries.flatMap((entry) => {
    try {
      const held = toResource(entry, claimOf, { ...context, kind, neighbours })
      if (held && lastUpdatedMs(entry) === undefined) undated.add(held.id)
      return held ?? []
    } catch {
      dropped++
      return []
    }
  })
  return { resources, undated, dropped }
}

const entryOf = ({ fullUrl, resource, text }: FoundEntry, index: number): SentEntry => ({
  ...{ place: `Bundle.entry[${index}]`, resource, text },
  ...(fullUrl !== undefined && { fullUrl }),
})

/** The patient's own records, by every address that may stand for one: whatever else is in them, they are this patient's. */
const recordsOf = (
  patients: Subject['patients'],
  { addresses, patient }: ReadingContext,
): readonly Pick<SentEntry, 'fullUrl' | 'resource'>[] =>
  patients.flatMap(({ id }) =>
    addresses.map((address) => ({
      fullUrl: `${address}/Patient/${id}`,
      resource: { resourceType: 'Patient', id, identifier: [patient] },
    })),
  )

interface Taking extends ReadingContext {
  readonly kind: ResourceClass
  readonly neighbours: ReturnType<typeof neighboursOf>
}

/** Undefined for what the class does not take. @throws for what it would take, and cannot believe or read */
function toResource(
  entry: SentEntry,
  claimOf: ReturnType<ResourceClass['intake']['open']>,
  context: Taking,
): HeldResource | undefined {
  const { kind, patient, organization, idPrefix, nowMs } = context
  const { resource, text = '' } = entry
  const type = typeOf(resource) ?? ''
  const { id } = resource as { readonly id?: unknown }
  if (typeof id !== 'string' || context.checkShape(type, resource, '')) throw new RangeError(type)
  if (checkStorable(resource, text, '')) throw new RangeError(type)
  if (context.checkProfiles(resource, '').some(isFault)) throw new RangeError(type)
  const claim = claimOf(entry, entry.place)
  if (!claim.takes) return undefined
  const isOwn = claim.patients.some(
    ({ system, value }) => system === patient.system && value === patient.value,
  )
  if (claim.issues.some(isFault) || !isOwn) throw new RangeError(type)
  const own = { ...claim, patients: [patient] }
  const [change] = resourceChangesOf(
    entry,
    { id, onlyIfNone: false },
    { ...context, claim: own, receivedMs: Math.min(lastUpdatedMs(entry) ?? nowMs, nowMs) },
  )
  if (!change) return undefined
  const { version = 1, labels = [] } = change
  // Servers give each type ids of its own.
  const local = type === rowTypeOf(kind) ? id : `${type}.${id}`
  return { ...change, version, labels, id: `${organization}.${idPrefix}${local}` }
}

const lastUpdatedMs = ({ resource }: SentEntry): number | undefined =>
  instantMs(
    (resource as { readonly meta?: { readonly lastUpdated?: string } }).meta?.lastUpdated ?? '',
  )
