import { parseKeepingDigits } from '../../map/elements.js'
import type { RelatedResource } from '../../sources/source.js'
import type { Party } from '../parties.js'
import type { Reference } from '../party-elements.js'
import { namesIn } from '../references.js'
import {
  type CompositionElements,
  type PartElements,
  readPart,
  type TaskElements,
} from './elements.js'

/** What came beside an alert: notes and tasks that follow it up, and the device that raised it. */
export interface Parts {
  readonly compositions: readonly CompositionElements[]
  readonly tasks: readonly TaskElements[]
  partyOf(reference: Reference | undefined): Party | undefined
}

/** @throws where a part is not what FHIR R4 says: the alert is dropped rather than shown as if nobody had followed it up */
export function readParts(related: readonly RelatedResource[]): Parts {
  const read = related.flatMap(({ names, resource }) => {
    const elements = readPart(parseKeepingDigits(resource))
    return elements ? [{ names, elements }] : []
  })
  const elements = read.map((one) => one.elements)
  const deviceOf = (reference: Reference): string | undefined =>
    read
      .filter(({ names }) => namesIn(reference).some((name) => names.includes(name)))
      .flatMap((one) => deviceName(one.elements) ?? [])[0]
  return {
    compositions: elements
      .filter((one) => one.resourceType === 'Composition')
      .filter(({ status }) => status !== 'entered-in-error'),
    tasks: elements
      .filter((one) => one.resourceType === 'Task')
      .filter(({ status }) => status !== 'entered-in-error'),
    partyOf(reference) {
      if (!reference) return undefined
      const number = organizationIn(reference)
      const display = reference.display ?? deviceOf(reference)
      if (display === undefined && number === undefined) return undefined
      return { display, organization: number === undefined ? undefined : { number } }
    },
  }
}

const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'

function organizationIn({ identifier }: Reference): string | undefined {
  const { system, value = '' } = identifier ?? {}
  return system === ENH && /^\d{9}$/.test(value) ? value : undefined
}

const deviceName = (elements: PartElements): string | undefined =>
  elements.resourceType === 'Device' ? elements.deviceName?.[0]?.name : undefined
