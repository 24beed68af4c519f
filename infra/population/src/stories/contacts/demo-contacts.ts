import { type OrganizationKey, patients } from '@kilde/people'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { type AppointmentText, contactBundle, type MessageText } from './contact.js'

/** The appointments and messages of the demo, as each organisation sends them. The same `until` gives the same. */
export function demoContacts(until: Date): readonly StoryBundle[] {
  const at = (ago: number, time: string): string =>
    `${new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`
  const of = (
    organization: OrganizationKey,
    appointments: readonly AppointmentText[],
    messages: readonly MessageText[],
  ): StoryBundle => ({
    organization,
    bundle: contactBundle(patients.copd, places[organization], appointments, messages),
  })
  const video = { channel: 'ms-teams', minutes: 20 } as const
  return [
    of(
      'municipality',
      [
        {
          ...{ key: 'video-1', status: 'fulfilled', start: at(20, '09:00'), tookPlace: true },
          ...{ ...video, about: 'Gjennomgang av egenbehandlingsplanen' },
        },
        {
          ...{ key: 'video-2', status: 'booked', start: at(-5, '09:00') },
          ...{ ...video, about: 'Oppfølging etter innleggelse' },
        },
      ],
      [
        {
          ...{ key: 'melding-1', from: 'patient', sent: at(5, '07:10') },
          ...{ received: at(5, '08:05'), topic: 'Mer tungpust enn vanlig' },
        },
        { key: 'melding-2', from: 'staff', sent: at(5, '08:20'), topic: 'Svar om pusten' },
      ],
    ),
    of(
      'hospital',
      [
        {
          ...{ key: 'kontroll-1', status: 'booked', start: at(-14, '11:30') },
          ...{ minutes: 30, about: 'Kontroll ved lungepoliklinikken' },
        },
      ],
      [],
    ),
  ]
}
