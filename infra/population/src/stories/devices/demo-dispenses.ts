import { patients } from '@kilde/people'
import type { MedicationDispense } from 'fhir/r4.js'
import { controllerOf, personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { SERIALS } from './device.js'

const EVENTS = 'http://ehelse.no/fhir/CodeSystem/vkp-medicationdispense-events-v090'
const PROFILE = 'http://ehelse.no/fhir/StructureDefinition/vkp-MedicationDispense-v090'
const HOURS_MS = 3_600_000

const WHAT = {
  '1.1': 'medisin utlevert uassistert',
  '1.2': 'medisin utlevert assistert',
  '1.3': 'behovsmedisin utlevert',
} as const

/** Two doses a day for a fortnight, some with help from home care, and what was taken out when needed. */
export function demoDispenses(until: Date): readonly StoryBundle[] {
  const days = Array.from({ length: 14 }, (_, ago) => ago)
  const events = days.flatMap((ago) => [
    eventOf(until, { key: `dispenser-${ago}-kveld`, hoursAgo: ago * 24 + 2, code: '1.1' }),
    eventOf(until, {
      key: `dispenser-${ago}-morgen`,
      hoursAgo: ago * 24 + 14,
      code: ago % 5 === 4 ? '1.2' : '1.1',
    }),
    ...(ago === 3
      ? [eventOf(until, { key: 'dispenser-behov', hoursAgo: ago * 24 + 8, code: '1.3' })]
      : []),
  ])
  const entry = events.map((resource) => ({ resource }))
  return [
    { organization: 'municipality', bundle: { resourceType: 'Bundle', type: 'batch', entry } },
  ]
}

interface Event {
  readonly key: string
  readonly hoursAgo: number
  readonly code: keyof typeof WHAT
}

function eventOf(until: Date, { key, hoursAgo, code }: Event): MedicationDispense {
  const { name, identifier } = patients.copd
  const device = { system: SERIALS, value: 'EV-77120' }
  return {
    resourceType: 'MedicationDispense',
    id: key,
    meta: { versionId: '1', profile: [PROFILE] },
    identifier: [{ system: 'https://kilde.example/namingsystem/dispense', value: key }],
    status: 'completed',
    category: { coding: [{ system: EVENTS, code, display: WHAT[code] }] },
    medicationCodeableConcept: { text: 'Multidose' },
    subject: personOf('Patient', identifier, name),
    performer: [
      { actor: { type: 'Device', identifier: device, display: 'Evondos E300' } },
      { actor: controllerOf(places.municipality.organization) },
    ],
    whenHandedOver: new Date(until.getTime() - hoursAgo * HOURS_MS).toISOString(),
    dosageInstruction: [{ text: code === '1.3' ? 'Ved behov' : '1 pose' }],
  }
}
