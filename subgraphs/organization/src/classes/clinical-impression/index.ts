import { equivalentTokens } from '@kilde/contract'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleAssessments, assessmentFields, assessmentNeeds, readAssessment } from './fields.js'
import { assessmentIntake } from './intake.js'

/** What professionals made of what came in (docs/assessments.md). */
export const assessments: ResourceClass = {
  name: 'ClinicalImpression',
  words: { NB: 'helsepersonells vurderinger', EN: 'professionals’ assessments' },
  leavable: ['description', 'summary', 'note'],
  intake: assessmentIntake,
  search: { includes: [] },
  assemble: assembleAssessments,
  view: {
    field: 'assessments',
    type: 'ClinicalImpression',
    statuses: ['IN_PROGRESS', 'COMPLETED', 'ENTERED_IN_ERROR'],
    facets: { code: { most: 50, valuesOf: (token) => equivalentTokens(token) } },
    needs: assessmentNeeds,
    fromRelated: [],
    read: readAssessment,
    fields: assessmentFields as unknown as Resolvers,
    types: {},
  },
}
