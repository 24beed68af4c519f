import type { Resolvers, ResourceClass } from '../resource-class.js'
import {
  assembleCommunications,
  communicationFields,
  communicationNeeds,
  readCommunication,
} from './fields.js'
import { communicationIntake } from './intake.js'

/** Messages: that they were sent, never what they say (docs/appointments-and-messages.md). */
export const communications: ResourceClass = {
  name: 'Communication',
  words: { NB: 'hvem som har sendt meldinger, og når', EN: 'who sent messages, and when' },
  leavable: ['topic'],
  intake: communicationIntake,
  assemble: assembleCommunications,
  view: {
    field: 'communications',
    type: 'Communication',
    statuses: [
      ...['PREPARATION', 'IN_PROGRESS', 'NOT_DONE', 'ON_HOLD', 'STOPPED', 'COMPLETED'],
      ...['ENTERED_IN_ERROR', 'UNKNOWN'],
    ],
    needs: communicationNeeds,
    fromRelated: [],
    read: readCommunication,
    fields: communicationFields as unknown as Resolvers,
    types: {},
  },
}
