import { commonNeeds } from '../common-fields.js'

/** Of a statement that stands for its device. */
const USE = ['timingPeriod', 'timingDateTime', 'timingTiming', 'recordedOn', 'resourceType']
const TIMES = [...USE, 'meta', 'status']
const NAMED = ['device', 'contained', 'resourceType']

/** Which elements of the FHIR resource a field of the contract's PatientDevice is made of. */
export const deviceNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  identifier: ['identifier', ...NAMED],
  deviceName: ['deviceName', ...NAMED],
  type: ['type', ...NAMED],
  manufacturer: ['manufacturer', ...NAMED],
  modelNumber: ['modelNumber', ...NAMED],
  serialNumber: ['serialNumber', ...NAMED],
  deviceVersion: ['version', ...NAMED],
  statusReason: ['statusReason', ...NAMED],
  property: ['property', ...NAMED],
  owner: ['owner', ...NAMED],
  assignedBy: ['extension', 'basedOn', ...TIMES],
  returnTo: ['extension', ...TIMES],
  inUse: TIMES,
  use: [...TIMES, 'reasonCode'],
}
