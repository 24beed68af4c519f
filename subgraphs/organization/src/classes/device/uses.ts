import { toConcepts } from '../../map/concept.js'
import { type Effective, effectiveOf } from '../../map/effective.js'
import type { FhirExtensions } from '../fhir-elements.js'
import type { Reference } from '../party-elements.js'
import type { DeviceElements, RequestElements, UseElements } from './elements.js'

/** FHIR R4 names no element for either: who lent the device to the patient, and to whom it goes back. */
const ASSIGNED_BY = 'https://specs.kilde.example/fhir/device-assigned-by'
const RETURN_TO = 'https://specs.kilde.example/fhir/device-return-to'

/** From when to when a device is, or was, with the patient. */
export const timeOfUse = (use: UseElements): Effective | undefined => {
  const { timingPeriod, timingDateTime, timingTiming, recordedOn } = use
  return effectiveOf({
    ...(timingPeriod?.start !== undefined && { effectivePeriod: timingPeriod }),
    ...(timingDateTime !== undefined && { effectiveDateTime: timingDateTime }),
    ...(timingTiming && { effectiveTiming: timingTiming }),
    ...(recordedOn !== undefined && { issued: recordedOn }),
  })
}

/** Uses that say something: neither meant for later nor entered in error. The newest first. */
export function realUses(uses: readonly UseElements[]): readonly UseElements[] {
  const real = uses.filter(({ status }) => status !== 'entered-in-error')
  const startOf = (use: UseElements): number => timeOfUse(use)?.startMs ?? Number.NEGATIVE_INFINITY
  return real.toSorted((a, b) => startOf(b) - startOf(a))
}

const IN_USE: ReadonlySet<string> = new Set(['active', 'on-hold'])
const ENDED: ReadonlySet<string> = new Set(['completed', 'stopped'])

/** Whether the patient has it now; undefined where nothing tells. */
export function inUse(uses: readonly UseElements[]): boolean | undefined {
  const statuses = realUses(uses).map(({ status = '' }) => status)
  if (statuses.some((status) => IN_USE.has(status))) return true
  return statuses.some((status) => ENDED.has(status)) ? false : undefined
}

/** When the newest use began; of a device without one, when its record was made. */
export function whenOf(
  uses: readonly UseElements[],
  device: Pick<DeviceElements, 'meta'>,
): Effective | undefined {
  const [newest] = realUses(uses)
  const began = newest && timeOfUse(newest)
  const { lastUpdated } = device.meta ?? {}
  return began ?? (lastUpdated === undefined ? undefined : effectiveOf({ issued: lastUpdated }))
}

export const shownUse = (use: UseElements) => {
  const when = timeOfUse(use)
  return {
    status: use.status?.toUpperCase().replaceAll('-', '_'),
    start: when?.start,
    end: when?.end,
    reason: toConcepts(use.reasonCode),
  }
}

interface Parties {
  readonly uses: readonly UseElements[]
  readonly requests: readonly RequestElements[]
  readonly device: Pick<DeviceElements, 'extension'>
}

/** Who assigned it: the newest use says so, or the device, or who asked for it by a request that a use is based on. */
export const assignedBy = ({ uses, device, requests }: Parties): Reference | undefined =>
  named(ASSIGNED_BY, uses, device) ??
  requests.flatMap(({ requester, performer }) => performer ?? requester ?? [])[0]

export const returnTo = ({ uses, device }: Parties): Reference | undefined =>
  named(RETURN_TO, uses, device)

function named(
  url: string,
  uses: readonly UseElements[],
  device: Pick<DeviceElements, 'extension'>,
): Reference | undefined {
  const said = [...realUses(uses), device].flatMap(
    ({ extension }) => referenceIn(extension, url) ?? [],
  )
  return said[0]
}

const referenceIn = (extension: FhirExtensions, url: string): Reference | undefined =>
  extension?.find((one) => one.url === url)?.valueReference
