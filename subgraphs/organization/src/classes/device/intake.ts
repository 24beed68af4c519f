import type { PatientIdentifier } from '@kilde/contract'
import type { Device, DeviceRequest, DeviceUseStatement, Reference } from 'fhir/r4.js'
import { type SentEntry, typeOf } from '../../ingest/entry.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { subjectOf } from '../../ingest/references.js'
import { namesIn } from '../references.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf, namesOfEntry } from '../take.js'
import { timeOfUse } from './uses.js'

type DeviceResource = Device | DeviceUseStatement | DeviceRequest

/**
 * Devices that are a patient's: of one that names no patient, whoever uses it by a statement of the same Bundle. What a
 * measurement was merely made with is kept with the measurement.
 */
export const deviceIntake: ClassIntake = {
  types: ['Device', 'DeviceUseStatement', 'DeviceRequest'],
  open(bundle) {
    const statements = bundle.entries.flatMap(({ resource }) =>
      typeOf(resource) === 'DeviceUseStatement' ? [resource as DeviceUseStatement] : [],
    )
    return (entry, at) => claim(entry, at, { bundle, statements })
  },
}

interface Claiming {
  readonly bundle: OpenBundle
  readonly statements: readonly DeviceUseStatement[]
}

function claim(entry: SentEntry, at: string, claiming: Claiming): Claim {
  const resource = entry.resource as DeviceResource
  switch (resource.resourceType) {
    case 'Device':
      return ofDevice(resource, entry, at, claiming)
    case 'DeviceUseStatement':
      return claimOf({
        issues: checkUse(resource, at),
        authors: present(resource.source),
        subject: subjectOf(resource, claiming.bundle.neighbours, at),
      })
    case 'DeviceRequest':
      return ofRequest(resource, entry, at, claiming)
  }
}

function ofDevice(device: Device, entry: SentEntry, at: string, claiming: Claiming): Claim {
  const { neighbours } = claiming.bundle
  const authors = present(device.owner)
  const issues = checkDevice(device, at)
  if (device.patient) {
    const holder = { ...device, subject: device.patient }
    return claimOf({ issues, authors, subject: subjectOf(holder, neighbours, at) })
  }
  const users = claiming.statements
    .filter((one) => means(one.device, entry))
    .flatMap((one): readonly PatientIdentifier[] => {
      const subject = subjectOf(one, neighbours, at)
      return 'severity' in subject ? [] : [subject]
    })
  if (users.length === 0) return { takes: false }
  return { takes: true, issues, authors, patients: onlyOnce(users) }
}

function ofRequest(
  request: DeviceRequest,
  entry: SentEntry,
  at: string,
  claiming: Claiming,
): Claim {
  const isMeant = claiming.statements.some(({ basedOn }) =>
    listed(basedOn).some((one) => means(one, entry)),
  )
  if (!isMeant) {
    const text = 'is taken only where a DeviceUseStatement of the same Bundle is based on it'
    return { takes: false, why: fault(at, text, 'not-supported') }
  }
  return claimOf({
    issues: [],
    authors: present(request.requester),
    subject: subjectOf(request, claiming.bundle.neighbours, at),
  })
}

const present = (one: Reference | undefined): readonly Reference[] => (one ? [one] : [])

/** Not checked yet: only what has the form of a reference is looked at. */
const means = (reference: unknown, entry: SentEntry): boolean => {
  if (typeof reference !== 'object' || reference === null) return false
  const names = new Set(namesOfEntry(entry))
  return namesIn(reference).some((name) => names.has(name))
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const onlyOnce = (patients: readonly PatientIdentifier[]): readonly PatientIdentifier[] => [
  ...new Map(patients.map((one) => [`${one.system}|${one.value}`, one])).values(),
]

function checkDevice(
  { meta, type, deviceName, modelNumber }: Device,
  at: string,
): readonly Issue[] {
  const isNameless = !type && !deviceName?.length && modelNumber === undefined
  return [
    ...(isNameless ? [warning(at, 'says neither type, deviceName nor modelNumber')] : []),
    ...(meta?.lastUpdated === undefined
      ? [
          {
            severity: 'information',
            code: 'incomplete',
            text: 'has no meta.lastUpdated: until a use of it is known, ordered by when it was received',
            expression: at,
          } as const,
        ]
      : []),
  ]
}

function checkUse(use: DeviceUseStatement, at: string): readonly Issue[] {
  const { start, end } = use.timingPeriod ?? {}
  const when = timeOfUse(use)
  const isUnread = start !== undefined && when?.precision === 'ISSUED'
  const isBackwards =
    start !== undefined && when?.end !== undefined && Date.parse(when.end) < when.startMs
  return [
    ...(use.status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...(isUnread || (start !== undefined && !when)
      ? [fault(`${at}.timingPeriod.start`, 'no time can be read', 'value')]
      : []),
    ...(end !== undefined && when && when.end === undefined && start !== undefined
      ? [fault(`${at}.timingPeriod.end`, 'no time can be read', 'value')]
      : []),
    ...(isBackwards ? [fault(`${at}.timingPeriod.end`, 'is before the start', 'invariant')] : []),
    ...(when ? [] : [warning(at, 'says no time: ordered by when it was received')]),
  ]
}
