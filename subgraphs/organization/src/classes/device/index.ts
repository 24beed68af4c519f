import { deviceStatuses } from '@kilde/contract'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleDevices } from './assemble.js'
import { deviceFields, readDeviceRow } from './device.js'
import { deviceIntake } from './intake.js'
import { deviceNeeds } from './needs.js'

/** Equipment at patients: what it is, whose, and whether it works (docs/devices.md). */
export const devices: ResourceClass = {
  name: 'Device',
  words: { NB: 'utstyr', EN: 'equipment' },
  lasting: ['active'],
  leavable: ['deviceName', 'note'],
  intake: deviceIntake,
  assemble: assembleDevices,
  view: {
    field: 'devices',
    type: 'PatientDevice',
    statuses: deviceStatuses,
    facets: { identifier: { most: 50, valuesOf: (value) => [value] } },
    needs: deviceNeeds,
    fromRelated: [
      ...['effective', 'effectiveEnd', 'provenance'],
      ...['assignedBy', 'returnTo', 'inUse', 'use'],
    ],
    read: readDeviceRow,
    fields: deviceFields as unknown as Resolvers,
    types: {},
  },
}
