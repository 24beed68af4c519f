import type { DemoPatient, OrganizationKey } from '@kilde/people'
import type { Observation } from 'fhir/r4.js'
import { observationOf, type Reading } from '../fhir/observation.js'
import type { Place } from '../fhir/parties.js'
import { places } from './places.js'

/** Observations by organisation, in the order in which they were written there. A later version follows its earlier one. */
export type Chart = ReadonlyMap<OrganizationKey, readonly Observation[]>

/** Collects what the organisations write about one patient. */
export interface ChartWriter {
  write(organization: OrganizationKey, reading: Reading): Observation
  /** Puts an observation into an organisation's store as it is: a copy, or a later version. */
  put(organization: OrganizationKey, observation: Observation): void
  chart(): Chart
}

/** @param key goes into local ids; it must tell nothing about a person */
export function createChartWriter(patient: DemoPatient, key: string): ChartWriter {
  const written = new Map<OrganizationKey, Observation[]>()
  const put = (organization: OrganizationKey, observation: Observation) => {
    const list = written.get(organization) ?? []
    list.push(observation)
    written.set(organization, list)
  }
  return {
    put,
    write(organization, reading) {
      const place: Place = places[organization]
      const id = `${key}-${String((written.get(organization)?.length ?? 0) + 1).padStart(5, '0')}`
      const observation = observationOf(patient, place, id, reading)
      put(organization, observation)
      return observation
    },
    chart: () => written,
  }
}
