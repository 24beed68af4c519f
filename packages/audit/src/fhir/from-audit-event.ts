import type { AuditEvent, AuditEventEntity, Extension, FhirResource, Identifier } from 'fhir/r4.js'
import { type AuditRecord, checkRecord } from '../record.js'
import { extensions, ids, lists, outcomes, systems } from './codes.js'

type Json = Record<string, unknown>

/**
 * The record that an AuditEvent of ours was made from.
 * @throws AuditError `AUDIT_RECORD_INVALID` where it is none of ours
 */
export function fromAuditEvent(event: AuditEvent): AuditRecord {
  const name = event.subtype?.find(({ system }) => system === systems.event)?.code
  const request = event.entity?.find((entity) => kindOf(entity) === 'request')
  const details = (type: string): string[] =>
    (request?.detail ?? []).flatMap((one) =>
      one.type === type && one.valueString !== undefined ? [one.valueString] : [],
    )
  const [rejected] = details('rejected')
  return checkRecord(
    present({
      event: name,
      at: event.recorded,
      requestId: request?.what?.identifier?.value,
      trace: details('trace')[0],
      requester: requesterOf(event),
      ...patientOf(event),
      ...purposeOf(event),
      decisionRef: decisionOf(event, details('attestedAt')[0]),
      legalBasis: details('legalBasis')[0],
      classes: listOf(event, (entity) =>
        entity.type?.system === systems.resourceType ? entity.type.code : undefined,
      ),
      fields: orUndefined(details('field')),
      items: listOf(event, (entity) =>
        kindOf(entity) === 'item' ? entity.what?.identifier?.value : undefined,
      ),
      sources: listOf(event, sourceOf),
      rules: orUndefined((event.agent[0]?.policy ?? []).map(ruleOf)),
      ...Object.fromEntries(lists.filter((list) => details('empty').includes(list)).map(nothingIn)),
      outcome: outcomeOf(event.outcome),
      code: event.outcomeDesc,
      since: details('since')[0],
      rejected: rejected === undefined ? undefined : Number(rejected),
    }),
  )
}

const nothingIn = (list: string): [string, readonly []] => [list, []]
const ruleOf = (uri: string): string => decodeURIComponent(uri.slice(systems.rule.length))

const kindOf = ({ type }: AuditEventEntity): string | undefined =>
  type?.system === systems.entity ? type.code : undefined

function outcomeOf(code: string | undefined): string | undefined {
  return Object.entries(outcomes).find(([, value]) => value === code)?.[0]
}

function listOf<T>(
  { entity = [] }: AuditEvent,
  read: (entity: AuditEventEntity) => T | undefined,
): T[] | undefined {
  return orUndefined(entity.map(read).filter((value): value is T & {} => value !== undefined))
}

const orUndefined = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined)

function sourceOf(entity: AuditEventEntity): Json | undefined {
  if (kindOf(entity) !== 'source') return undefined
  const detail = (type: string) => entity.detail?.find((one) => one.type === type)?.valueString
  const [returned, complete] = [detail('returned'), detail('complete')]
  return present({
    organization: entity.what?.identifier?.value,
    status: detail('status'),
    reason: detail('reason'),
    returned: returned === undefined ? undefined : Number(returned),
    complete: complete === undefined ? undefined : complete === 'true',
  })
}

function requesterOf(event: AuditEvent): Json | undefined {
  const clientId = event.agent.find(({ type }) => type?.coding?.[0]?.code === '110150')?.who
    ?.identifier?.value
  if (clientId === undefined) return undefined
  const practitioner = resource(event, 'Practitioner', ids.practitioner)
  if (practitioner) return professionalOf(event, practitioner, clientId)
  const citizen =
    resource(event, 'Patient', ids.citizen) ?? resource(event, 'RelatedPerson', ids.citizen)
  if (citizen)
    return present({
      kind: 'citizen',
      pid: personIn(citizen),
      name: citizen.name?.[0]?.text,
      clientId,
    })
  return present({
    kind: 'system',
    clientId,
    organization: event.agent[0]?.who?.identifier?.value,
  })
}

function professionalOf(
  event: AuditEvent,
  practitioner: FhirResource & { readonly resourceType: 'Practitioner' },
  clientId: string,
): Json {
  const organization = (id: string) => resource(event, 'Organization', id)?.identifier?.[0]?.value
  const supplier = event.agent.find(({ type }) => type?.coding?.[0]?.system === systems.agent)
  return present({
    kind: 'professional',
    pid: personIn(practitioner),
    name: practitioner.name?.[0]?.text,
    clientId,
    supplier: supplier?.who?.identifier?.value,
    hprNumber: practitioner.identifier?.find(({ system }) => system === systems.hprNumber)?.value,
    authorization: practitioner.qualification?.[0]?.code.coding?.[0]?.code,
    organization: organization(ids.organization),
    pointOfCare: organization(ids.pointOfCareOrganization),
    department: organization(ids.department),
    healthcareService: resource(event, 'Encounter', ids.encounter)?.serviceType?.coding?.[0]?.code,
  })
}

const personIn = ({ identifier }: { identifier?: Identifier[] | undefined }): string | undefined =>
  identifier?.find(
    ({ system }) => system === systems.nationalIdentityNumber || system === systems.dNumber,
  )?.value

function patientOf(event: AuditEvent): Json {
  const { system, value } = resource(event, 'Patient', ids.patient)?.identifier?.[0] ?? {}
  if (system === systems.patientDigest) return { patientDigest: value }
  return { patient: system === undefined ? value : `${system}|${value}` }
}

function purposeOf({ purposeOfEvent }: AuditEvent): Json {
  const [purpose, details] = purposeOfEvent?.map(({ coding }) => coding?.[0]) ?? []
  return { purpose: purpose?.code, purposeDetails: details?.code }
}

function decisionOf(event: AuditEvent, exact: string | undefined): Json | undefined {
  const parts = event.extension?.find(({ url }) => url === extensions.careRelation)?.extension
  if (!parts) return undefined
  const part = (url: string): Extension | undefined => parts.find((one) => one.url === url)
  const toa = part('toa')?.valueUnsignedInt
  return present({
    id: part('decision-ref-id')?.valueString,
    description: part('decision-ref-description')?.valueString,
    userSelected: part('decision-ref-user-selected')?.valueBoolean,
    attestedAt: exact ?? (toa === undefined ? undefined : new Date(toa * 1_000).toISOString()),
  })
}

function resource<T extends FhirResource['resourceType']>(
  { contained = [] }: AuditEvent,
  type: T,
  id: string,
): (FhirResource & { readonly resourceType: T }) | undefined {
  return contained.find((one) => one.resourceType === type && one.id === id) as
    | (FhirResource & { readonly resourceType: T })
    | undefined
}

/** Without what is not there: a record holds no undefined. */
const present = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
