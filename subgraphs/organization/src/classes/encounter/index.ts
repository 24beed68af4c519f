import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleVisits, readVisit, visitFields, visitNeeds } from './fields.js'
import { supervisionIntake } from './intake.js'

/** Digital supervision: that somebody looked in by camera, listened or spoke (docs/digital-supervision.md). */
export const supervisionVisits: ResourceClass = {
  name: 'Encounter',
  words: { NB: 'digitale tilsyn', EN: 'digital supervision' },
  leavable: ['location'],
  intake: supervisionIntake,
  search: { includes: [] },
  assemble: assembleVisits,
  view: {
    field: 'supervisionVisits',
    type: 'SupervisionVisit',
    statuses: [
      ...['PLANNED', 'ARRIVED', 'TRIAGED', 'IN_PROGRESS', 'ONLEAVE', 'FINISHED', 'CANCELLED'],
      ...['ENTERED_IN_ERROR', 'UNKNOWN'],
    ],
    needs: visitNeeds,
    fromRelated: [],
    read: readVisit,
    fields: visitFields as unknown as Resolvers,
    types: {},
  },
}
