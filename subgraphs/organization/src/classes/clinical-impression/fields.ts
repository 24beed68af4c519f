import { equivalentTokens } from '@kilde/contract'
import { toConcept, toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { assembleEach } from '../assemble-each.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { contentOf } from '../content.js'
import { linkTo } from '../links.js'
import { tokensOf, UNKNOWN_CODE } from '../measures.js'
import { type Parties, readParties } from '../parties.js'
import type { Reference } from '../party-elements.js'
import type { Assembled, HeldResource } from '../resource-class.js'
import { type ImpressionElements, readImpressionElements } from './elements.js'
import { assessedAt, TIMES } from './times.js'

interface ReadAssessment extends ReadRow {
  readonly elements: ImpressionElements
  readonly parties: Parties
}

/** Each ClinicalImpression is a row. */
export const assembleAssessments = (resources: readonly HeldResource[]): Assembled =>
  assembleEach(resources, {
    type: 'ClinicalImpression',
    read: readImpressionElements,
    facts: (elements, _related, { codes: measured = [] }) => {
      const { status, code, summary, description, finding = [], investigation = [] } = elements
      const { effectiveDateTime, effectivePeriod, date } = elements
      const found = finding.map((one) => one.itemCodeableConcept)
      return {
        when: assessedAt(elements),
        status,
        content: contentOf({
          ...{ status, summary, description, effectiveDateTime, effectivePeriod, date },
          ...{ code: tokensOf([code]), found: found.map((one) => tokensOf([one])) },
        }),
        facets: { code: tokensOf([code, ...found]) },
        codes: [
          ...tokensOf([code, ...found, ...investigation.map((one) => one.code)]),
          // A block on a measurement closes what was made of it.
          ...measured.flatMap((one) => (one === UNKNOWN_CODE ? [one] : equivalentTokens(one))),
        ],
      }
    },
  })

/** @throws where the assessment is not what FHIR R4 says: it is dropped alone */
export function readAssessment(row: ClassRow, context: MapContext): ReadAssessment {
  const elements = readImpressionElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  return { row, elements, parties, when: assessedAt(elements), context }
}

const KINDS: Readonly<Record<string, string>> = {
  Observation: 'MEASUREMENT',
  QuestionnaireResponse: 'QUESTIONNAIRE',
  DetectedIssue: 'ALERT',
  Flag: 'ALERT',
  CarePlan: 'PLAN',
  Condition: 'CONDITION',
  DocumentReference: 'DOCUMENT',
}

const linksTo = (references: readonly Reference[] = []) =>
  references.flatMap(linkTo).map(({ type, ...link }) => ({ kind: KINDS[type] ?? 'OTHER', ...link }))

/** Fields of the contract's ClinicalImpression. Each runs only where it is selected. */
export const assessmentFields = {
  ...commonFields,
  statusReason: ({ elements: { statusReason: reason } }: ReadAssessment) =>
    reason && toConcept(reason),
  code: ({ elements: { code } }: ReadAssessment) => code && toConcept(code),
  description: ({ elements }: ReadAssessment) => elements.description,
  summary: ({ elements }: ReadAssessment) => elements.summary,
  effectiveEnd: ({ elements: { effectivePeriod: period } }: ReadAssessment) =>
    period?.end === undefined ? undefined : endOf(period.end),
  documented: ({ elements }: ReadAssessment) => instant(elements.date),
  assessor: ({ elements, parties }: ReadAssessment) => parties.partyOf(elements.assessor),
  assessed: ({ elements: { investigation = [], supportingInfo } }: ReadAssessment) => [
    ...investigation.flatMap(({ code, item }) =>
      linksTo(item).map((link) => ({ ...link, investigation: code && toConcept(code) })),
    ),
    ...linksTo(supportingInfo),
  ],
  problem: ({ elements }: ReadAssessment) => linksTo(elements.problem),
  finding: ({ elements: { finding = [] } }: ReadAssessment) =>
    finding.flatMap(({ itemCodeableConcept: code, itemReference, basis }) => {
      const display = itemReference?.display
      const found = code ?? (display === undefined ? undefined : { text: display })
      return found ? [{ code: toConcept(found), basis }] : []
    }),
  prognosis: ({ elements }: ReadAssessment) => toConcepts(elements.prognosisCodeableConcept),
  previous: ({ elements: { previous } }: ReadAssessment) =>
    linksTo(previous ? [previous] : [])[0]?.identifier,
} as const

/** Which elements of the FHIR resource a field is made of. */
export const assessmentNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  statusReason: ['statusReason'],
  code: ['code'],
  description: ['description'],
  summary: ['summary'],
  effectiveEnd: ['effectivePeriod'],
  documented: ['date'],
  assessor: ['assessor', 'contained'],
  assessed: ['investigation', 'supportingInfo'],
  problem: ['problem'],
  finding: ['finding'],
  prognosis: ['prognosisCodeableConcept'],
  previous: ['previous'],
}
