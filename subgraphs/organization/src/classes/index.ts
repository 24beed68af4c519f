import { appointments } from './appointment/index.js'
import { carePlans } from './care-plan/index.js'
import { careTeams } from './care-team/index.js'
import { assessments } from './clinical-impression/index.js'
import { communications } from './communication/index.js'
import { alerts } from './detected-issue/index.js'
import { devices } from './device/index.js'
import { documents } from './document-reference/index.js'
import { supervisionVisits } from './encounter/index.js'
import { services } from './episode-of-care/index.js'
import { medicationDispenses } from './medication-dispense/index.js'
import { medications } from './medication-statement/index.js'
import { questionnaireResponses } from './questionnaire-response/index.js'
import { nextOfKin } from './related-person/index.js'
import type { ResourceClass } from './resource-class.js'

/** Every class of data that is kept as FHIR resources. Another class is another line (docs/adding-a-class.md). */
export const resourceClasses: readonly ResourceClass[] = [
  devices,
  medicationDispenses,
  carePlans,
  careTeams,
  appointments,
  communications,
  questionnaireResponses,
  services,
  alerts,
  nextOfKin,
  documents,
  medications,
  assessments,
  supervisionVisits,
]

export const classNames: readonly string[] = resourceClasses.map(({ name }) => name)

/** @throws RangeError for a class that is none of these: a question is of the contract's classes alone */
export function classNamed(name: string): ResourceClass {
  const found = resourceClasses.find((one) => one.name === name)
  if (!found) throw new RangeError(`no class ${name}`)
  return found
}

/** Classes that are made of resources of this FHIR type. */
export const classesOfType = (type: string): readonly ResourceClass[] =>
  resourceClasses.filter(({ intake }) => intake.types.includes(type))
