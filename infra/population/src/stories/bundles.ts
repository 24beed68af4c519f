import type { OrganizationKey } from '@kilde/people'
import type { Bundle, BundleEntry, Observation } from 'fhir/r4.js'
import type { Chart } from './chart.js'

export interface OrganizationBundle {
  readonly organization: OrganizationKey
  readonly bundle: Bundle<Observation>
}

/** FHIR batches of at most `size` observations for each organisation, in the order in which they are to be loaded. */
export function bundlesOf(chart: Chart, size = 500): readonly OrganizationBundle[] {
  return [...chart].flatMap(([organization, observations]) =>
    chunks(observations, size).map((part) => ({
      organization,
      bundle: { resourceType: 'Bundle' as const, type: 'batch' as const, entry: part.map(entryOf) },
    })),
  )
}

/** PUT under the sender's own id: sent again, it changes nothing. */
function entryOf(resource: Observation): BundleEntry<Observation> {
  const url = `Observation/${resource.id ?? ''}`
  return { fullUrl: `https://kilde.example/fhir/${url}`, resource, request: { method: 'PUT', url } }
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const parts: T[][] = []
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size))
  return parts
}
