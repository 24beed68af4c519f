import type { PatientIdentifier } from '@kilde/contract'
import type { Identifier, Resource } from 'fhir/r4.js'
import { canonicalOf, identifierName, namesOfCanonical } from '../classes/references.js'
import type { Claim, ResourceClass } from '../classes/resource-class.js'
import { sentDigest } from '../map/canonical.js'
import type { ResourceChange } from '../sources/intake.js'
import { type ChangeContext, versionOf } from './change.js'
import type { SentEntry, Wish } from './entry.js'
import { labelsOf } from './labels.js'
import { partiesIn } from './parties.js'
import type { Holder } from './references.js'

/** A FHIR resource as far as every class looks at one. */
type Sent = Resource &
  Holder & {
    readonly identifier?: Identifier | Identifier[] | undefined
    readonly masterIdentifier?: Identifier | undefined
    readonly url?: string | undefined
    readonly version?: string | undefined
  }

export interface ResourceContext extends Omit<ChangeContext, 'patient'> {
  readonly kind: ResourceClass
  readonly claim: Claim & { readonly takes: true }
}

/** What the store is to keep of a checked resource that a class takes: once for each patient that it is kept for. */
export function resourceChangesOf(
  entry: SentEntry,
  wish: Wish,
  context: ResourceContext,
): readonly ResourceChange[] {
  return context.claim.patients.map((patient) => changeOf(entry, wish, { ...context, patient }))
}

function changeOf(
  entry: SentEntry,
  wish: Wish,
  context: ResourceContext & { readonly patient: PatientIdentifier },
): ResourceChange {
  const { kind, claim, patient, neighbours, receivedMs } = context
  const resource = entry.resource as Sent
  const { owner = context.organization, ...parties } = partiesIn(claim.authors, resource, {
    patient,
    neighbours,
  })
  // By what is kept: next of kin are not called by numbers that are left out.
  const kept = (claim.keep ?? resource) as Sent
  const identifier = identifierIn(kept)
  const isNamed = wish.identifier !== undefined || wish.id !== undefined || identifier !== undefined
  const said = isNamed ? undefined : claim.identity
  const sent = said?.sent ?? sentDigest(kept)
  const version = versionOf(resource)
  const { many } = kind.intake
  return {
    ...{ class: kind.name, patient, owner, ...parties, receivedMs, sent },
    key: `${resource.resourceType} ${said?.key ?? keyOf(wish, identifier, sent)}`,
    onlyIfNone: wish.onlyIfNone,
    ...(identifier !== undefined && { identifier }),
    ...(wish.id !== undefined && { localId: wish.id }),
    ...(version !== undefined && { version }),
    ...(many &&
      isRow(many, resource) && {
        t: many.timeOf(resource, receivedMs) ?? receivedMs,
      }),
    names: namesOf(kept, entry, wish),
    ...(claim.codes && { codes: claim.codes }),
    ...labelsOf(resource),
    resource: claim.keep ? JSON.stringify(claim.keep) : (entry.text ?? ''),
  }
}

const isRow = (
  { type, alike = [] }: NonNullable<ResourceClass['intake']['many']>,
  { resourceType }: Sent,
): boolean => [type, ...alike].includes(resourceType)

/** Same business identifier, same resource. Without one the sender's id decides, and without that the content itself. */
function keyOf({ id, identifier }: Wish, own: string | undefined, sent: string): string {
  const business = identifier ?? own
  if (business !== undefined) return `identifier:${business}`
  return id === undefined ? `content:${sent}` : `id:${id}`
}

/** Some resources have one identifier, the others a list; a document has one before others, which its copies have too. */
const identifiersOf = ({ masterIdentifier, identifier }: Sent): readonly Identifier[] => [
  ...(masterIdentifier ? [masterIdentifier] : []),
  ...(identifier === undefined ? [] : [identifier].flat()),
]

function identifierIn(resource: Sent): string | undefined {
  const first = identifiersOf(resource).find(({ value }) => value !== undefined)
  return first && `${first.system ?? ''}|${first.value}`
}

function namesOf(resource: Sent, { fullUrl }: SentEntry, wish: Wish): readonly string[] {
  const { resourceType, id, url, version } = resource
  const names = [
    ...[id, wish.id].flatMap((one) => (one === undefined ? [] : [`${resourceType}/${one}`])),
    ...(fullUrl === undefined ? [] : [fullUrl]),
    ...identifiersOf(resource).map((one) => identifierName(resourceType, one)),
    // A Device has an address of another kind.
    ...(url === undefined || resourceType === 'Device'
      ? []
      : namesOfCanonical(canonicalOf(url, version))),
  ]
  return [...new Set(names)]
}
