import type { RelatedPerson } from 'fhir/r4.js'
import { warning } from '../../ingest/outcome.js'
import { checkPeriod } from '../check-period.js'
import type { ClassIntake } from '../resource-class.js'
import { takeEach } from '../take.js'
import { keptOf } from './kept.js'

/** Everybody who is something to the patient. Also whom a care team names: other classes take what they need of the same. */
export const nextOfKinIntake: ClassIntake = takeEach<RelatedPerson>({
  types: ['RelatedPerson'],
  check: (person, at) => [
    ...(person.relationship?.length
      ? []
      : [warning(`${at}.relationship`, 'is not told: nobody sees what they are to the patient')]),
    ...(person.name?.length ? [] : [warning(`${at}.name`, 'is not told')]),
    ...checkPeriod(person, at),
  ],
  authorsOf: () => [],
  keep: keptOf,
})
