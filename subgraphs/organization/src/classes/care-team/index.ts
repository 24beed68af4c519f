import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleTeams } from './assemble.js'
import { readTeam, teamFields, teamNeeds } from './fields.js'
import { teamIntake } from './intake.js'

/** Who follows the patient up, and hand-overs between organisations (docs/care-teams.md). */
export const careTeams: ResourceClass = {
  name: 'CareTeam',
  words: {
    NB: 'ansvar for oppfølgingen og oversikt over teamet',
    EN: 'who is responsible for the follow-up, and the care team',
  },
  lasting: ['active', 'suspended'],
  leavable: ['note', 'telecom'],
  search: { includes: ['participant'], reverse: [{ type: 'Task', by: 'focus' }] },
  intake: teamIntake,
  assemble: assembleTeams,
  view: {
    field: 'careTeams',
    type: 'CareTeam',
    statuses: ['PROPOSED', 'ACTIVE', 'SUSPENDED', 'INACTIVE', 'ENTERED_IN_ERROR', 'UNKNOWN'],
    needs: teamNeeds,
    fromRelated: ['responsible', 'participant', 'handOver'],
    read: readTeam,
    fields: teamFields as unknown as Resolvers,
    types: {},
  },
}
