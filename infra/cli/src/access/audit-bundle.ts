import type { Entry, TakenOut } from './entry.js'

const REST = { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' }
const PURPOSES = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const ROLES = 'urn:oid:2.16.578.1.12.4.1.1.9060'
const OUTCOMES = 'https://specs.kilde.example/fhir/access-outcome'
/** FHIR `audit-event-outcome`: success, or a failure that is no fault of the system. */
const SUCCESS: ReadonlySet<string> = new Set(['READ', 'EMPTY', 'BREAK_GLASS', 'WRITTEN'])

/**
 * The log as a FHIR R4 Bundle of AuditEvents, as the patient is told them: names, and no number of a person, so that they are none
 * of the trust framework's profile. What is missing stands in an OperationOutcome.
 */
export function toBundle({ entries, missing, complete, takenAt }: TakenOut): object {
  const issues = missing.map(({ organization, status, reason }) => ({
    ...{ severity: 'warning', code: 'incomplete' },
    diagnostics: `${organization.name ?? 'a log'}: ${status} ${reason ?? ''}`.trim(),
  }))
  const unsaid = complete || issues.length > 0 ? [] : [{ severity: 'warning', code: 'incomplete' }]
  const issue = [...issues, ...unsaid]
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: takenAt,
    entry: [
      ...entries.map((entry) => ({ resource: auditEvent(entry) })),
      ...(issue.length > 0 ? [{ resource: { resourceType: 'OperationOutcome', issue } }] : []),
    ],
  }
}

function auditEvent(entry: Entry): object {
  const { id, recorded, outcome, reason, purpose, recordedBy, text } = entry
  const observer = recordedBy.map(({ organization }) => organization?.name).join(', ')
  return {
    resourceType: 'AuditEvent',
    id,
    text: { status: 'generated', div: divOf(text) },
    type: REST,
    subtype: [{ system: OUTCOMES, code: outcome }],
    action: outcome === 'WRITTEN' ? 'C' : 'R',
    recorded,
    outcome: SUCCESS.has(outcome) ? '0' : '4',
    ...(reason && { outcomeDesc: reason.text }),
    ...(purpose && {
      purposeOfEvent: [{ coding: [{ system: PURPOSES, code: purpose.code }], text: purpose.text }],
    }),
    agent: agentsOf(entry),
    source: { observer: { display: observer || 'unknown' } },
    entity: entitiesOf(entry),
  }
}

function agentsOf({ who, onBehalfOf }: Entry): readonly object[] {
  const { role, organization, pointOfCare, department } = who
  const places = [department, pointOfCare?.name, organization?.name].filter(Boolean)
  const principal = onBehalfOf?.organization?.name
  return [
    {
      requestor: true,
      ...(role && { role: [{ coding: [{ system: ROLES, code: role.code }], text: role.text }] }),
      who: { display: [who.name ?? who.kind, ...places].join(', ') },
    },
    ...(principal ? [{ requestor: false, who: { display: principal } }] : []),
    ...(who.client ? [{ requestor: false, name: who.client }] : []),
  ]
}

function entitiesOf(entry: Entry): readonly object[] {
  const { items, classes, trace, requestId, decision, legalBasis } = entry
  const said = { requestId, trace, decision: decision?.id, why: decision?.description, legalBasis }
  const detail = Object.entries(said).flatMap(([type, valueString]) =>
    valueString ? [{ type, valueString }] : [],
  )
  const asked = classes.map(({ code, text }) => ({
    ...{ name: text, type: { system: 'http://hl7.org/fhir/resource-types', code } },
  }))
  return [
    { name: 'request', detail },
    ...asked,
    ...items.map((value) => ({ what: { identifier: { system: 'urn:kilde:item', value } } })),
  ]
}

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const divOf = (text: string): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml">${text.replaceAll(/[&<>]/g, (mark) => MARKS[mark] ?? '')}</div>`
