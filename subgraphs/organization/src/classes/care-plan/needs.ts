import { commonNeeds } from '../common-fields.js'

const TIMES = ['period', 'created', 'meta']

/** Which elements of the FHIR resource a field of the contract's CarePlan is made of. */
export const planNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  intent: ['intent'],
  kind: [],
  category: ['category'],
  title: ['title'],
  description: ['description'],
  effectiveEnd: ['period'],
  created: ['created'],
  updated: ['meta'],
  author: ['author', 'contributor'],
  zones: ['contained'],
  goal: ['goal', 'contained'],
  // `device` is no element of a CarePlan: who may not have it is told so where activities are asked for.
  activity: ['activity', 'contained', 'device'],
  addresses: ['addresses', 'contained'],
  replaces: ['replaces'],
  partOf: ['partOf'],
}
