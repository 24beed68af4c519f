import { type OrganizationKey, patients } from '@kilde/people'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { type DeviceText, deviceBundle, organization } from './device.js'

const OXIMETER = { code: '448703006', display: 'Pulsoksymeter' }
const SCALES = { code: '19892000', display: 'Vekt' }
const SPIROMETER = { code: '719393002', display: 'Spirometer' }

const { municipality, hospital, neighbour, rehabilitation } = places
const [solvik, fjordheim, granli, utsikten] = [
  organization(municipality),
  organization(hospital),
  organization(neighbour),
  organization(rehabilitation),
]

/** Lent by the municipality, and running out: the hospital knows it too, by its serial number. */
const oximeter = (start: string): DeviceText => ({
  key: 'oksymeter',
  name: 'Nonin 3230',
  type: OXIMETER,
  manufacturer: 'Nonin',
  modelNumber: '3230',
  serialNumber: '3230-118802',
  firmware: '2.1.7',
  battery: 12,
  fault: { code: 'standby', display: 'Standby' },
  owner: solvik,
  assignedBy: solvik,
  returnTo: solvik,
  period: { start },
  note: 'Lavt batteri meldt av pasienten; nytt sendt i posten.',
})

const scales = (start: string, owner: DeviceText['owner']): DeviceText => ({
  key: 'vekt',
  name: 'A&D UC-352BLE',
  type: SCALES,
  manufacturer: 'A&D',
  modelNumber: 'UC-352BLE',
  serialNumber: `UC352-${start.replaceAll('-', '')}`,
  battery: 80,
  owner,
  assignedBy: owner,
  returnTo: owner,
  period: { start },
})

/** The lung clinic's own: it goes back there, though the municipality follows her up. */
const spirometer = (start: string): DeviceText => ({
  key: 'spirometer',
  name: 'NuvoAir Air Next',
  type: SPIROMETER,
  manufacturer: 'NuvoAir',
  modelNumber: 'Air Next',
  serialNumber: 'AN-20417',
  firmware: '4.02',
  owner: fjordheim,
  assignedBy: fjordheim,
  returnTo: fjordheim,
  period: { start },
})

/** Given back when she moved. */
const returned = (start: string, end: string): DeviceText => ({
  ...oximeter(start),
  key: 'oksymeter-granli',
  serialNumber: '3230-090017',
  battery: 55,
  owner: granli,
  assignedBy: granli,
  returnTo: granli,
  period: { start, end },
  note: 'Levert tilbake ved flytting.',
})

/** The equipment of the demo, each as its organisation sends it. The same `until` gives the same equipment. */
export function demoDevices(until: Date): readonly StoryBundle[] {
  const day = (ago: number): string =>
    new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)
  const of = (patient: keyof typeof patients, at: OrganizationKey, text: DeviceText) => ({
    organization: at,
    bundle: deviceBundle(patients[patient], places[at], text),
  })
  return [
    of('copd', 'neighbour', returned(day(170), day(120))),
    of('copd', 'municipality', oximeter(day(118))),
    of('copd', 'municipality', scales(day(118), solvik)),
    of('copd', 'hospital', oximeter(day(118))),
    of('copd', 'hospital', spirometer(day(3))),
    of('onePlace', 'rehabilitation', scales(day(30), utsikten)),
  ]
}
