import { equivalentTokens } from '@kilde/contract'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleDocuments } from './assemble.js'
import { documentFields, documentNeeds, readDocument } from './fields.js'
import { documentIntake } from './intake.js'

/** Journal notes, discharge summaries and other documents (docs/documents.md). */
export const documents: ResourceClass = {
  name: 'DocumentReference',
  words: { NB: 'journalnotater og andre dokumenter', EN: 'journal notes and other documents' },
  leavable: ['description', 'text', 'securityLabel'],
  intake: documentIntake,
  search: { includes: [] },
  assemble: assembleDocuments,
  view: {
    field: 'documents',
    type: 'DocumentReference',
    statuses: ['CURRENT', 'SUPERSEDED', 'ENTERED_IN_ERROR'],
    facets: { type: { most: 50, valuesOf: (token) => equivalentTokens(token) } },
    needs: documentNeeds,
    fromRelated: [],
    read: readDocument,
    fields: documentFields as unknown as Resolvers,
    types: {},
  },
}
