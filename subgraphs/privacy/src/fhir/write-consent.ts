import type { PatientIdentifier } from '@kilde/contract'
import type { RecipientScope } from '@kilde/privacy'
import type { Consent, Extension } from 'fhir/r4.js'
import { type Statement, scopesOf } from '../settings/statement.js'
import { codes, narrowings, systems } from './shape.js'

/**
 * Statements as FHIR R4 Consents of the Norwegian draft profile. Powers of attorney are none, nor is what was withdrawn before it
 * came.
 */
export function consentsOf(
  statements: readonly Statement[],
  person: PatientIdentifier,
): readonly Consent[] {
  return statements
    .filter(({ kind }) => kind !== 'REPRESENTATION' && kind !== 'WITHDRAWN')
    .map((statement) => consentOf(statement, person))
}

function consentOf(statement: Statement, person: PatientIdentifier): Consent {
  const { kind, validity, registeredAt, liftedAt, data } = statement
  const category = [conceptOf(codes.category)]
  const dataPeriod = periodOf(data.from, data.until)
  return {
    resourceType: 'Consent',
    ...namesOf(statement),
    ...metaOf(statement),
    ...modifiersOf(statement),
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

/** What was imported keeps the name that it came under, so that it is known there and taken once alone. */
function namesOf({ id, source }: Statement): Pick<Consent, 'id' | 'identifier'> {
  if (source === undefined)
    return { id, identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }] }
  const own = /^Consent\/([^|]+)$/.exec(source)?.[1]
  if (own !== undefined) return { id: own }
  const bar = source.indexOf('|')
  const system = source.slice(0, bar)
  return { id, identifier: [{ ...(system && { system }), value: source.slice(bar + 1) }] }
}

/** The version that it came by, so that it is no newer when it comes again. */
function metaOf({ version }: Statement): Pick<Consent, 'meta'> {
  if (!version) return {}
  const { id, at } = version
  return { meta: { ...(id && { versionId: id }), ...(at && { lastUpdated: at }) } }
}

/** What a provision cannot say: left out, the Consent would say more than the patient has. */
function modifiersOf({ data, recipient }: Statement): Pick<Consent, 'modifierExtension'> {
  const { professional, organization } = recipient
  const said: readonly (readonly [string, string | undefined])[] = [
    [narrowings.heldBy, data.heldBy],
    [narrowings.item, data.item],
    [narrowings.organization, professional === undefined ? undefined : organization],
  ]
  const modifierExtension = said.flatMap(([url, valueString]): Extension[] =>
    valueString === undefined ? [] : [{ url, valueString }],
  )
  return modifierExtension.length > 0 ? { modifierExtension } : {}
}

function actorsOf(statement: Statement) {
  const scopes = scopesOf(statement)
  const owners = distinct(scopes.map(({ data }) => data.organization))
  const recipients = distinct(scopes.map(({ recipient }) => JSON.stringify(recipient)))
  const actor = [
    ...owners.map((owner) => actorOf(codes.custodian, systems.organization, owner)),
    ...recipients.flatMap((text) => recipientOf(JSON.parse(text) as RecipientScope)),
  ]
  // FHIR demands a reference; a group has none but its code.
  return actor.length > 0
    ? { actor: actor as NonNullable<Consent['provision']>['actor'] & object }
    : {}
}

const RECIPIENT = ['http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'PRCP'] as const

/** One actor: whom all that is said of the recipient holds for. */
function recipientOf({ professional, organization, group }: RecipientScope) {
  const role = group === undefined ? RECIPIENT : ([systems.personnelCategory, group] as const)
  if (professional) return [actorOf(role, systems.hprNumber, professional)]
  if (organization) return [actorOf(role, systems.organization, organization)]
  return group === undefined ? [] : [{ role: conceptOf(role) }]
}

const actorOf = (role: readonly [string, string], system: string, value: string) => ({
  role: conceptOf(role),
  reference: { identifier: { system, value } },
})

function elementsOf(statement: Statement) {
  const scopes = scopesOf(statement)
  const classes = distinct(scopes.map(({ data }) => data.dataClass))
  const elements = distinct(scopes.map(({ data }) => data.code))
  return {
    ...(classes.length > 0 && {
      class: classes.map((code) => ({ system: systems.resourceType, code })),
    }),
    ...(elements.length > 0 && {
      code: elements.map((token) => {
        const bar = token.lastIndexOf('|')
        return conceptOf([token.slice(0, bar), token.slice(bar + 1)])
      }),
    }),
  }
}

/** Each once, in the order in which they came. */
const distinct = (all: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(all.filter((one) => one !== undefined)),
]

function periodOf(start: string | undefined, end: string | undefined) {
  if (start === undefined && end === undefined) return undefined
  return { ...(start && { start }), ...(end && { end }) }
}

const conceptOf = ([system, code]: readonly [string, string]) => ({ coding: [{ system, code }] })
