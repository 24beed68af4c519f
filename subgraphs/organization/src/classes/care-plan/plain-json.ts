import { InvalidPatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import type { CarePlan, FhirResource, Reference } from 'fhir/r4.js'
import { z } from 'zod'
import { OrganizationError } from '../../errors.js'
import type { SentEntry } from '../../ingest/entry.js'
import { VKP_CATEGORY } from './kind.js'
import { ZONE_PROFILE_URL, ZONE_SYSTEM } from './zones.js'

const words = z.string().min(1).max(20_000)

const zone = z.object({
  level: z.enum(['green', 'yellow', 'red'], 'must be green, yellow or red'),
  condition: words,
  action: words,
})

/** A plan of «Pasientens planer» (target-architecture B9). What it has besides is passed over. */
const plan = z.object({
  id: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,64}$/, 'must be an id of at most 64 letters, digits and hyphens'),
  version: z.int().min(1).max(999_999_999),
  // `deleted`: a plan is deleted by saying so.
  status: z.enum(
    ['draft', 'active', 'on-hold', 'revoked', 'completed', 'deleted'],
    'must be draft, active, on-hold, revoked, completed or deleted',
  ),
  subject: z.string('must be the identity number of the patient'),
  updated_by: z
    .object({
      hpr_number: z.string().max(20).nullish(),
      name: z.string().max(500).nullish(),
      organization: z.string().max(20).nullish(),
    })
    .nullish(),
  updated_at: z.iso.datetime({ offset: true, error: 'must be an instant with offset' }),
  comment: z.string().max(20_000).nullish(),
  clinical_content: z.object({
    title: words,
    description: z.string().max(20_000).nullish(),
    zones: z.array(zone).max(20),
  }),
})

type PlainPlan = z.infer<typeof plan>

/** Plans in another form than FHIR, as entries of a batch; undefined where the body is no such thing. */
export function plansIn(body: unknown): readonly SentEntry[] | undefined {
  const listed: readonly unknown[] = Array.isArray(body) ? body : [body]
  if (listed.length === 0 || !listed.every(isPlain)) return undefined
  if (listed.length > MOST_PLANS)
    throw refused(`More than ${MOST_PLANS} plans. Send them in parts.`)
  return listed.map((one, index) => entryOf(one, Array.isArray(body) ? `plan[${index}]` : 'plan'))
}

const MOST_PLANS = 1_000

const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'clinical_content' in value

function entryOf(sent: unknown, place: string): SentEntry {
  const read = plan.safeParse(sent)
  if (!read.success) {
    const [first] = read.error.issues
    throw refused(`${place}${pathOf(first?.path ?? [])}: ${first?.message ?? 'is no plan'}.`)
  }
  const resource = carePlanOf(read.data, place)
  return { place, resource, text: JSON.stringify(resource) }
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')

const refused = (text: string): OrganizationError =>
  new OrganizationError('BUNDLE_REFUSED', { text })

const HPR = 'urn:oid:2.16.578.1.12.4.1.4.4'
const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'

/** The same as the zone model of FHIR says it, in one resource. */
function carePlanOf(sent: PlainPlan, place: string): CarePlan {
  const { id, version, status, updated_at: lastUpdated, comment, clinical_content: content } = sent
  const { title, description, zones } = content
  const subject = subjectOf(sent.subject, place)
  const by = sent.updated_by ?? {}
  const author = partyOf('Practitioner', HPR, by.hpr_number, by.name)
  const organization = partyOf('Organization', ENH, by.organization)
  return {
    resourceType: 'CarePlan',
    meta: { versionId: String(version), lastUpdated },
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }],
    status: status === 'deleted' ? 'entered-in-error' : status,
    intent: 'plan',
    category: [{ coding: [{ system: VKP_CATEGORY, code: '2', display: 'egenbehandlingsplan' }] }],
    ...{ title, subject },
    ...(description && { description }),
    ...(author && { author }),
    ...(organization && { contributor: [organization] }),
    ...(comment && { note: [{ text: comment }] }),
    contained: zones.flatMap((one, index) => containedZone(one, index, subject)),
  }
}

function subjectOf(number: string, place: string): Reference {
  try {
    return { identifier: parsePatientIdentifier(number) }
  } catch (error) {
    if (error instanceof InvalidPatientIdentifier)
      throw refused(`${place}.subject: ${error.message}`)
    throw error
  }
}

function partyOf(
  type: string,
  system: string,
  value?: string | null,
  display?: string | null,
): Reference | undefined {
  if (!value && !display) return undefined
  return { type, ...(value && { identifier: { system, value } }), ...(display && { display }) }
}

function containedZone(
  { level, condition, action }: z.infer<typeof zone>,
  index: number,
  subject: Reference,
): FhirResource[] {
  const [id, conditionId] = [`zone-${index + 1}`, `zone-condition-${index + 1}`]
  return [
    {
      resourceType: 'Condition',
      ...{ id: conditionId, subject, code: { text: condition } },
      severity: { coding: [{ system: ZONE_SYSTEM, code: level }] },
    },
    {
      resourceType: 'CarePlan',
      ...{ id, subject, status: 'active', intent: 'plan' },
      meta: { profile: [ZONE_PROFILE_URL] },
      addresses: [{ reference: `#${conditionId}` }],
      activity: [{ detail: { status: 'not-started', description: action } }],
    },
  ]
}
