import type { CarePlan, Condition, Device, Goal, Identifier, ServiceRequest } from 'fhir/r4.js'
import { sentDigest } from '../../map/canonical.js'
import { identifierName } from '../../map/plan/references.js'
import type { PlanChange } from '../../sources/intake.js'
import type { ChangeContext } from '../change.js'
import { versionOf } from '../change.js'
import type { SentEntry, Wish } from '../entry.js'
import { labelsOf } from '../labels.js'
import { partiesIn } from '../parties.js'

/** What plans are made of. A Device is kept only with a plan that names it. */
export type PlanResource = CarePlan | Condition | Device | Goal | ServiceRequest

/** What the store is to keep of a checked resource of a plan. */
export function planChangeOf(
  resource: PlanResource,
  entry: SentEntry,
  wish: Wish,
  context: ChangeContext,
): PlanChange {
  const { patient, neighbours, receivedMs } = context
  const { owner = context.organization, ...parties } = partiesIn(authorsOf(resource), resource, {
    patient,
    neighbours,
  })
  const identifier = identifierIn(resource)
  const sent = sentDigest(resource)
  const version = versionOf(resource)
  return {
    ...{ patient, owner, ...parties, receivedMs, sent },
    key: `${resource.resourceType} ${keyOf(wish, identifier, sent)}`,
    onlyIfNone: wish.onlyIfNone,
    ...(identifier !== undefined && { identifier }),
    ...(wish.id !== undefined && { localId: wish.id }),
    ...(version !== undefined && { version }),
    names: namesOf(resource, entry, wish),
    ...labelsOf(resource),
    resource: entry.text ?? '',
  }
}

/** Who answers for it, the author first. */
function authorsOf(resource: PlanResource) {
  switch (resource.resourceType) {
    case 'CarePlan':
      return [...(resource.author ? [resource.author] : []), ...(resource.contributor ?? [])]
    case 'Condition':
      return [resource.asserter, resource.recorder].filter((one) => one !== undefined)
    case 'Goal':
      return resource.expressedBy ? [resource.expressedBy] : []
    case 'ServiceRequest':
      return resource.requester ? [resource.requester] : []
    case 'Device':
      return []
  }
}

/** Same business identifier, same resource. Without one the sender's id decides, and without that the content itself. */
function keyOf({ id, identifier }: Wish, own: string | undefined, sent: string): string {
  const business = identifier ?? own
  if (business !== undefined) return `identifier:${business}`
  return id === undefined ? `content:${sent}` : `id:${id}`
}

function identifierIn({
  identifier,
}: {
  readonly identifier?: Identifier[] | undefined
}): string | undefined {
  const first = identifier?.find(({ value }) => value !== undefined)
  return first && `${first.system ?? ''}|${first.value}`
}

function namesOf(
  { resourceType, id, identifier = [] }: PlanResource,
  { fullUrl }: SentEntry,
  wish: Wish,
): readonly string[] {
  const names = [
    ...[id, wish.id].flatMap((one) => (one === undefined ? [] : [`${resourceType}/${one}`])),
    ...(fullUrl === undefined ? [] : [fullUrl]),
    ...identifier.map((one) => identifierName(resourceType, one)),
  ]
  return [...new Set(names)]
}
