import { equivalentTokens } from '@kilde/contract'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleMedications } from './assemble.js'
import { fromRelated, medicationFields, medicationNeeds, readEntry } from './fields.js'
import { medicationIntake } from './intake.js'

/** What each organisation has in its own list of medicines: never one list of all (docs/medications.md). */
export const medications: ResourceClass = {
  name: 'MedicationStatement',
  words: { NB: 'legemidler i egen liste', EN: 'medicines in own lists' },
  lasting: ['active', 'on-hold', 'intended', 'draft', 'unknown'],
  leavable: ['note', 'reasonCode'],
  intake: medicationIntake,
  search: { includes: ['medication'], also: ['MedicationRequest'] },
  assemble: assembleMedications,
  view: {
    field: 'medications',
    type: 'MedicationListEntry',
    statuses: [
      ...['ACTIVE', 'ON_HOLD', 'COMPLETED', 'STOPPED', 'CANCELLED', 'DRAFT', 'INTENDED'],
      ...['NOT_TAKEN', 'ENTERED_IN_ERROR', 'UNKNOWN'],
    ],
    facets: { code: { most: 50, valuesOf: (token) => equivalentTokens(token) } },
    needs: medicationNeeds,
    fromRelated,
    read: readEntry,
    fields: medicationFields as unknown as Resolvers,
    types: {},
  },
}
