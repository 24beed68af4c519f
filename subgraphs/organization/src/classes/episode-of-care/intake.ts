import type { EpisodeOfCare } from 'fhir/r4.js'
import { fault, warning } from '../../ingest/outcome.js'
import { checkPeriod } from '../check-period.js'
import type { ClassIntake } from '../resource-class.js'
import { takeEach } from '../take.js'

/** Every service that the patient has, has had or waits for. */
export const serviceIntake: ClassIntake = takeEach<EpisodeOfCare>({
  types: ['EpisodeOfCare'],
  check: (episode, at) => [
    // The schema cannot require a primitive: its extension may stand alone.
    ...(episode.status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...(episode.type?.length
      ? []
      : [warning(`${at}.type`, 'is not told: nobody sees which service')]),
    ...checkPeriod(episode, at),
  ],
  authorsOf: ({ managingOrganization, careManager }) => [managingOrganization, careManager],
})
