import { equivalentTokens, responseStatuses } from '@kilde/contract'
import { namesOfCanonical } from '../references.js'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { answerFields } from './answers.js'
import { assembleResponses } from './assemble.js'
import { responseIntake } from './intake.js'
import { readResponse, responseFields, responseNeeds } from './response.js'

/** Questionnaires that were answered (docs/questionnaires.md). */
export const questionnaireResponses: ResourceClass = {
  name: 'QuestionnaireResponse',
  words: { NB: 'svar på spørreskjemaer', EN: 'answers to questionnaires' },
  leavable: ['author', 'source', 'valueString'],
  intake: responseIntake,
  assemble: assembleResponses,
  view: {
    field: 'questionnaireResponses',
    type: 'QuestionnaireResponse',
    statuses: responseStatuses,
    facets: {
      questionnaire: { most: 50, valuesOf: (address) => namesOfCanonical(address).slice(0, 1) },
      code: { most: 50, valuesOf: equivalentTokens },
    },
    needs: responseNeeds,
    fromRelated: ['questionnaire', 'item', 'score'],
    read: readResponse,
    fields: responseFields as unknown as Resolvers,
    types: { QuestionnaireAnswer: answerFields as unknown as Resolvers },
  },
}
