import type { OrganizationKey } from '@kilde/people'
import type { Bundle } from 'fhir/r4.js'
import { demoAlerts } from './alerts/demo-alerts.js'
import { demoAssessments } from './assessments/demo-assessments.js'
import { demoContacts } from './contacts/demo-contacts.js'
import { demoDevices } from './devices/demo-devices.js'
import { demoDispenses } from './devices/demo-dispenses.js'
import { demoDocuments } from './documents/demo-documents.js'
import { demoMedications } from './medications/demo-medications.js'
import { demoNextOfKin } from './persons/demo-next-of-kin.js'
import { demoPlans } from './plans/demo-plans.js'
import { demoQuestionnaires } from './questionnaires/demo-questionnaires.js'
import { demoServices } from './services/demo-services.js'
import { demoSupervision } from './supervision/demo-supervision.js'
import { demoTeams } from './teams/demo-teams.js'

/** What an organisation sends to its node, in one Bundle. */
export interface StoryBundle {
  readonly organization: OrganizationKey
  readonly bundle: Bundle
}

/** What the demo's organisations hold of further classes, as they send it. Another class is another line. */
export const demoStories = (until: Date): readonly StoryBundle[] => [
  ...demoPlans(until),
  ...demoDevices(until),
  ...demoDispenses(until),
  ...demoTeams(until),
  ...demoContacts(until),
  ...demoQuestionnaires(until),
  ...demoServices(until),
  ...demoAlerts(until),
  ...demoNextOfKin(until),
  ...demoDocuments(until),
  ...demoMedications(until),
  ...demoAssessments(until),
  ...demoSupervision(until),
]
