import { planStatuses } from '@kilde/contract'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { activityFields } from './activities.js'
import { assemblePlans } from './assemble.js'
import { targetFields } from './goals.js'
import { planIntake } from './intake.js'
import { planNeeds } from './needs.js'
import { planFields, readPlan } from './plan.js'

/** Treatment and self-treatment plans (docs/plans.md). */
export const carePlans: ResourceClass = {
  name: 'CarePlan',
  words: {
    NB: 'behandlingsplaner og egenbehandlingsplaner',
    EN: 'treatment and self-treatment plans',
  },
  // Of a plan no other field has these: zones, goals and activities are the plan itself.
  lasting: ['active', 'on-hold'],
  leavable: ['note', 'device'],
  intake: planIntake,
  search: { includes: ['goal', 'condition', 'activity-reference', 'performer'] },
  assemble: assemblePlans,
  view: {
    field: 'carePlans',
    type: 'CarePlan',
    statuses: planStatuses,
    needs: planNeeds,
    fromRelated: ['zones', 'goal', 'activity', 'addresses'],
    read: readPlan,
    fields: planFields as unknown as Resolvers,
    types: {
      GoalTarget: targetFields as unknown as Resolvers,
      PlanActivity: activityFields as unknown as Resolvers,
    },
  },
}
