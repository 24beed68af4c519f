import type { Resolvers, ResourceClass } from '../resource-class.js'
import {
  assembleNextOfKin,
  readNextOfKin,
  relatedPersonFields,
  relatedPersonNeeds,
} from './fields.js'
import { nextOfKinIntake } from './intake.js'

/** Next of kin and legal representatives: who they are to the patient, and how to reach them (docs/person.md). */
export const nextOfKin: ResourceClass = {
  name: 'RelatedPerson',
  words: { NB: 'pårørende', EN: 'next of kin' },
  lasting: ['active'],
  leavable: ['telecom'],
  intake: nextOfKinIntake,
  search: { includes: [] },
  assemble: assembleNextOfKin,
  view: {
    field: 'nextOfKin',
    type: 'RelatedPerson',
    statuses: ['ACTIVE', 'INACTIVE', 'ENTERED_IN_ERROR'],
    needs: relatedPersonNeeds,
    fromRelated: [],
    read: readNextOfKin,
    fields: relatedPersonFields as unknown as Resolvers,
    types: {},
  },
}
