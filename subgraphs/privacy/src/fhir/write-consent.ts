import type { PatientIdentifier } from '@kilde/contract'
import type { Consent } from 'fhir/r4.js'
import type { Statement } from '../settings/statement.js'
import { codes, systems } from './shape.js'

/** Statements as FHIR R4 Consents of the Norwegian draft profile. Powers of attorney are none. */
export function consentsOf(
  statements: readonly Statement[],
  person: PatientIdentifier,
): readonly Consent[] {
  return statements
    .filter(({ kind }) => kind !== 'REPRESENTATION')
    .map((statement) => consentOf(statement, person))
}

function consentOf(statement: Statement, person: PatientIdentifier): Consent {
  const { id, kind, validity, registeredAt, liftedAt } = statement
  const category = [conceptOf(codes.category)]
  const dataPeriod = periodOf(statement.data.from, statement.data.until)
  return {
    resourceType: 'Consent',
    id,
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }],
    status: liftedAt === undefined ? 'active' : 'inactive',
    scope: conceptOf(codes.scope),
    category: kind === 'RESERVATION' ? [...category, conceptOf(codes.reservation)] : category,
    patient: { identifier: { ...person } },
    dateTime: registeredAt,
    policyRule: conceptOf(codes.objection),
    provision: {
      type: kind === 'CONSENT' ? 'permit' : 'deny',
      period: { start: validity.from, ...(validity.until && { end: validity.until }) },
      ...actorsOf(statement),
      ...elementsOf(statement),
      ...(dataPeriod && { dataPeriod }),
    },
  }
}

function actorsOf({ data, recipient }: Statement) {
  const { professional, organization, group } = recipient
  const actor = [
    ...(data.organization
      ? [actorOf(codes.custodian, systems.organization, data.organization)]
      : []),
    ...(professional ? [actorOf(RECIPIENT, systems.hprNumber, professional)] : []),
    ...(organization ? [actorOf(RECIPIENT, systems.organization, organization)] : []),
    ...(group ? [{ role: conceptOf([systems.personnelCategory, group]) }] : []),
  ]
  // FHIR demands a reference; a group has none but its code.
  return actor.length > 0
    ? { actor: actor as NonNullable<Consent['provision']>['actor'] & object }
    : {}
}

const RECIPIENT = ['http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'PRCP'] as const

const actorOf = (role: readonly [string, string], system: string, value: string) => ({
  role: conceptOf(role),
  reference: { identifier: { system, value } },
})

function elementsOf({ data: { dataClass, code } }: Statement) {
  const bar = code?.lastIndexOf('|') ?? -1
  return {
    ...(dataClass && { class: [{ system: systems.resourceType, code: dataClass }] }),
    ...(code && { code: [conceptOf([code.slice(0, bar), code.slice(bar + 1)])] }),
  }
}

function periodOf(start: string | undefined, end: string | undefined) {
  if (start === undefined && end === undefined) return undefined
  return { ...(start && { start }), ...(end && { end }) }
}

const conceptOf = ([system, code]: readonly [string, string]) => ({ coding: [{ system, code }] })
