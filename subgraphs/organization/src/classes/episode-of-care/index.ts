import { equivalentTokens } from '@kilde/contract'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import {
  assembleServices,
  readService,
  serviceFields,
  serviceNeeds,
  serviceStatuses,
} from './fields.js'
import { serviceIntake } from './intake.js'

/** Services that the patient has: home nursing, safety alarm, short-term stays (docs/services.md). */
export const services: ResourceClass = {
  name: 'EpisodeOfCare',
  words: { NB: 'helse- og omsorgstjenester', EN: 'health and care services' },
  lasting: ['planned', 'waitlist', 'active', 'onhold'],
  leavable: ['careManager'],
  intake: serviceIntake,
  assemble: assembleServices,
  view: {
    field: 'services',
    type: 'EpisodeOfCare',
    statuses: serviceStatuses,
    facets: { code: { most: 50, valuesOf: (token) => equivalentTokens(token) } },
    needs: serviceNeeds,
    fromRelated: [],
    read: readService,
    fields: serviceFields as unknown as Resolvers,
    types: {},
  },
}
