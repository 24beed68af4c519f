import { toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { assembleEach } from '../assemble-each.js'
import { holdsFrom } from '../care-plan/times.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { contentOf } from '../content.js'
import { tokensOf } from '../measures.js'
import { contactsOf } from '../parties.js'
import type { Assembled, HeldResource } from '../resource-class.js'
import { type RelatedPersonElements, readRelatedPerson } from './elements.js'
import { rolesOf, scopesOf } from './relation.js'

interface ReadRelated extends ReadRow {
  readonly elements: RelatedPersonElements
}

/** Each RelatedPerson is a row. */
export const assembleNextOfKin = (resources: readonly HeldResource[]): Assembled =>
  assembleEach(resources, {
    type: 'RelatedPerson',
    read: readRelatedPerson,
    facts: (elements) => {
      const { active, relationship = [], telecom, period } = elements
      const name = nameOf(elements)?.text
      const status = active === false ? 'inactive' : 'active'
      return {
        when: holdsFrom(elements),
        status,
        content: contentOf({
          ...{ status, name, period, telecom: contactsOf(telecom) },
          ...{ relationship: tokensOf(relationship), scopes: scopesOf(elements) },
        }),
        facets: { role: rolesOf(elements) },
        codes: tokensOf(relationship),
      }
    },
  })

/** @throws where the person is not what FHIR R4 says: dropped alone */
export function readNextOfKin(row: ClassRow, context: MapContext): ReadRelated {
  const elements = readRelatedPerson(row.resource)
  return { row, elements, when: holdsFrom(elements), context }
}

/** Fields of the contract's RelatedPerson. Each runs only where it is selected. */
export const relatedPersonFields = {
  ...commonFields,
  name: ({ elements }: ReadRelated) => nameOf(elements),
  relationship: ({ elements }: ReadRelated) => toConcepts(elements.relationship),
  roles: ({ elements }: ReadRelated) => rolesOf(elements),
  guardianshipScope: ({ elements }: ReadRelated) => scopesOf(elements),
  telecom: ({ elements }: ReadRelated) => contactsOf(elements.telecom),
  language: ({ elements: { communication = [] } }: ReadRelated) =>
    toConcepts([
      ...communication.filter(({ preferred }) => preferred).map(({ language }) => language),
      ...communication.filter(({ preferred }) => !preferred).map(({ language }) => language),
    ]),
  effectiveEnd: ({ elements: { period } }: ReadRelated) =>
    period?.end === undefined ? undefined : endOf(period.end),
  updated: ({ elements }: ReadRelated) => instant(elements.meta?.lastUpdated),
} as const

/** Which elements of the FHIR resource a field is made of. */
export const relatedPersonNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['period', 'meta']),
  name: ['name'],
  relationship: ['relationship'],
  roles: ['relationship'],
  guardianshipScope: ['relationship'],
  telecom: ['telecom'],
  language: ['communication'],
  updated: ['meta'],
}

const USES = ['official', 'usual']

/** The official one before others; one that ended is none. */
function nameOf({ name = [] }: RelatedPersonElements) {
  const inUse = name.filter(({ use }) => use !== 'old')
  const preferred = USES.flatMap((use) => inUse.find((one) => one.use === use) ?? [])
  for (const { use, text, family, given = [] } of [...preferred, ...inUse]) {
    const whole = text ?? [...given, ...(family === undefined ? [] : [family])].join(' ')
    if (whole.trim() !== '') return { text: whole, family, given, use }
  }
  return undefined
}
