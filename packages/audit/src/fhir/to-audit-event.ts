import type {
  AuditEvent,
  AuditEventAgent,
  AuditEventEntity,
  AuditEventEntityDetail,
  Extension,
  FhirResource,
} from 'fhir/r4.js'
import type { AuditRecord, AuditRequester } from '../record.js'
import { extensions, ids, lists, outcomes, PROFILE, systems } from './codes.js'
import {
  citizenResource,
  optional,
  patientOf,
  professionalResources,
  reference,
} from './contained.js'

/** Where a record stands. */
export interface RecordPlace {
  /** Whose log: organisation number, or a word such as `citizens`. */
  readonly log: string
  readonly sequence: number
}

/**
 * A record as a FHIR R4 AuditEvent; `fromAuditEvent` gives back the record, exactly. It says that it conforms to the
 * profile of the trust framework where the profile has room for it: a professional at a point of care, asking about one
 * patient. Everything else (citizens, systems, requests that were refused before it was known what they are about) is an
 * AuditEvent without a profile.
 */
export function toAuditEvent(record: AuditRecord, { log, sequence }: RecordPlace): AuditEvent {
  const contained = containedIn(record)
  return {
    resourceType: 'AuditEvent',
    id: `${log}.${sequence}`,
    ...(fitsProfile(record) && { meta: { profile: [PROFILE] } }),
    ...(contained.length > 0 && { contained }),
    ...extended(record),
    type: { system: systems.dicom, code: '110110', display: 'Patient Record' },
    subtype: [{ system: systems.event, code: record.event }],
    action: actions[record.event],
    recorded: record.at,
    ...('outcome' in record && { outcome: outcomes[record.outcome] }),
    ...('code' in record && record.code !== undefined && { outcomeDesc: record.code }),
    ...purposeOf(record),
    agent: agentsOf(record, log),
    source: {
      observer: { identifier: logIdentifier(log) },
      type: [{ system: systems.sourceType, code: '4', display: 'Application Server' }],
    },
    entity: entitiesOf(record),
  }
}

const actions = {
  PATIENT_DATA_READ: 'R',
  PATIENT_DATA_REFUSED: 'R',
  PATIENT_DATA_WRITTEN: 'C',
  REQUEST_REFUSED: 'E',
  AUDIT_RESUMED: 'E',
} as const

function fitsProfile(record: AuditRecord): boolean {
  if (!('requester' in record) || record.requester.kind !== 'professional') return false
  const { pointOfCare } = record.requester
  const hasPurpose = 'purpose' in record && record.purpose !== undefined
  return pointOfCare !== undefined && hasPurpose && patientOf(record) !== undefined
}

function containedIn(record: AuditRecord): FhirResource[] {
  const patient = patientOf(record)
  const resources: FhirResource[] = patient ? [patient] : []
  if (!('requester' in record)) return resources
  const { requester } = record
  if (requester.kind === 'professional') resources.push(...professionalResources(requester))
  if (requester.kind === 'citizen') {
    const purpose = 'purpose' in record ? record.purpose : undefined
    const isRepresentative = patient !== undefined && purpose !== undefined && purpose !== 'PATRQT'
    resources.push(citizenResource(requester, isRepresentative))
  }
  return resources
}

function extended(record: AuditRecord): { extension?: Extension[] } {
  const found: Extension[] = []
  if (patientOf(record))
    found.push({ url: extensions.patient, valueReference: reference(ids.patient) })
  if ('requester' in record && record.requester.kind === 'professional') {
    if (record.requester.healthcareService !== undefined)
      found.push({ url: extensions.encounter, valueReference: reference(ids.encounter) })
  }
  if ('decisionRef' in record && record.decisionRef) found.push(careRelation(record.decisionRef))
  return found.length > 0 ? { extension: found } : {}
}

type Decision = NonNullable<(AuditRecord & { readonly event: 'PATIENT_DATA_READ' })['decisionRef']>

/** The profile wants all four: what is not known is told as that. */
function careRelation({ id, description, userSelected, attestedAt }: Decision): Extension {
  const absent = { extension: [{ url: extensions.absent, valueCode: 'unknown' }] }
  return {
    url: extensions.careRelation,
    extension: [
      { url: 'decision-ref-id', valueString: id },
      {
        url: 'decision-ref-description',
        ...(description === undefined ? { _valueString: absent } : { valueString: description }),
      },
      { url: 'decision-ref-user-selected', valueBoolean: userSelected },
      {
        url: 'toa',
        ...(attestedAt === undefined
          ? { _valueUnsignedInt: absent }
          : { valueUnsignedInt: Math.floor(Date.parse(attestedAt) / 1_000) }),
      } as Extension,
    ],
  }
}

function purposeOf(record: AuditRecord): Pick<AuditEvent, 'purposeOfEvent'> {
  if (!('purpose' in record) || record.purpose === undefined) return {}
  const details = 'purposeDetails' in record ? record.purposeDetails : undefined
  const purposeOfEvent = [
    { coding: [{ system: systems.purpose, code: record.purpose }] },
    ...optional(details, (code) => ({ coding: [{ code }] })),
  ]
  return { purposeOfEvent }
}

function agentsOf(record: AuditRecord, log: string): AuditEventAgent[] {
  if (!('requester' in record))
    return [{ who: { identifier: logIdentifier(log) }, requestor: false }]
  const { requester } = record
  const rules = 'rules' in record ? record.rules : undefined
  const policy = rules?.map((rule) => `${systems.rule}${encodeURIComponent(rule)}`)
  return [
    { who: whoOf(requester), requestor: true, ...(policy && policy.length > 0 && { policy }) },
    {
      type: { coding: [{ system: systems.dicom, code: '110150', display: 'Application' }] },
      who: { identifier: { system: systems.client, value: requester.clientId } },
      requestor: false,
    },
    ...optional('supplier' in requester ? requester.supplier : undefined, (value) => ({
      type: { coding: [{ system: systems.agent, code: 'supplier' }] },
      who: { identifier: { system: systems.organizationNumber, value } },
      requestor: false,
    })),
  ]
}

function whoOf(requester: AuditRequester): AuditEventAgent['who'] {
  if (requester.kind === 'professional') return reference(ids.role)
  if (requester.kind === 'citizen') return reference(ids.citizen)
  const { organization: value } = requester
  if (value === undefined) return { type: 'Device', display: 'system' }
  return { type: 'Organization', identifier: { system: systems.organizationNumber, value } }
}

const logIdentifier = (log: string) => ({
  system: /^\d{9}$/.test(log) ? systems.organizationNumber : systems.log,
  value: log,
})

function entitiesOf(record: AuditRecord): AuditEventEntity[] {
  const detail = detailsOf(record)
  const request = {
    ...('requestId' in record && {
      what: { identifier: { system: systems.request, value: record.requestId } },
    }),
    type: { system: systems.entity, code: 'request' },
    role: { system: systems.objectRole, code: '24', display: 'Query' },
    ...(detail.length > 0 && { detail }),
  }
  const classes = 'classes' in record ? record.classes : []
  const items = ('items' in record ? record.items : undefined) ?? []
  const sources = ('sources' in record ? record.sources : undefined) ?? []
  return [
    request,
    ...classes.map((code) => ({ type: { system: systems.resourceType, code } })),
    ...items.map((value) => ({
      what: { identifier: { system: systems.item, value } },
      type: { system: systems.entity, code: 'item' },
    })),
    ...sources.map(sourceEntity),
  ]
}

type Source = NonNullable<
  (AuditRecord & { readonly event: 'PATIENT_DATA_READ' })['sources']
>[number]

/** An organisation that was located, and what became of asking it. */
function sourceEntity(source: Source): AuditEventEntity {
  const { organization: value, status, reason, returned, complete } = source
  return {
    what: { identifier: { system: systems.organizationNumber, value } },
    type: { system: systems.entity, code: 'source' },
    detail: [
      text('status', status),
      ...optional(reason, (said) => text('reason', said)),
      ...optional(returned, (count) => text('returned', `${count}`)),
      ...optional(complete, (isComplete) => text('complete', `${isComplete}`)),
    ],
  }
}

/** What neither FHIR nor the profile has a place for. */
function detailsOf(record: AuditRecord): AuditEventEntityDetail[] {
  const empty = lists.filter((name) => name in record && isEmpty(record[name as never]))
  return [
    ...optional('trace' in record ? record.trace : undefined, (said) => text('trace', said)),
    ...optional('legalBasis' in record ? record.legalBasis : undefined, (said) =>
      text('legalBasis', said),
    ),
    ...optional(exactInstant(record), (said) => text('attestedAt', said)),
    ...(('fields' in record ? record.fields : undefined) ?? []).map((said) => text('field', said)),
    ...empty.map((name) => text('empty', name)),
    ...('since' in record
      ? [text('since', record.since), text('rejected', `${record.rejected}`)]
      : []),
  ]
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** `toa` has whole seconds: what it does not say of the instant is told beside it. */
function exactInstant(record: AuditRecord): string | undefined {
  const attestedAt = 'decisionRef' in record ? record.decisionRef?.attestedAt : undefined
  if (attestedAt === undefined) return undefined
  const seconds = Math.floor(Date.parse(attestedAt) / 1_000)
  return new Date(seconds * 1_000).toISOString() === attestedAt ? undefined : attestedAt
}

const text = (type: string, valueString: string): AuditEventEntityDetail => ({ type, valueString })
