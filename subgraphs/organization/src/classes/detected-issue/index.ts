import type { Resolvers, ResourceClass } from '../resource-class.js'
import { alertFields, alertNeeds, readAlert } from './alert.js'
import { assembleAlerts } from './assemble.js'
import { alertIntake } from './intake.js'

/** What somebody has to look at, and what became of it (docs/alerts.md). */
export const alerts: ResourceClass = {
  name: 'DetectedIssue',
  words: { NB: 'varsler', EN: 'alerts' },
  lasting: ['active'],
  leavable: ['detail', 'note'],
  intake: alertIntake,
  assemble: assembleAlerts,
  view: {
    field: 'alerts',
    type: 'Alert',
    statuses: [
      'REGISTERED',
      'PRELIMINARY',
      'FINAL',
      'AMENDED',
      'CORRECTED',
      'CANCELLED',
      'ACTIVE',
      'INACTIVE',
      'ENTERED_IN_ERROR',
      'UNKNOWN',
    ],
    facets: { kind: { most: 20, valuesOf: (kind) => [kind] } },
    needs: alertNeeds,
    fromRelated: ['author', 'handledBy', 'followUp', 'note'],
    read: readAlert,
    fields: alertFields as unknown as Resolvers,
    types: {},
  },
}
