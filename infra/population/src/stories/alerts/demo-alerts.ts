import { type OrganizationKey, patients } from '@kilde/people'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { type AlertText, alertBundle } from './alert.js'

/** The alerts of the demo, each as its organisation sends it. The same `until` gives the same alerts. */
export function demoAlerts(until: Date): readonly StoryBundle[] {
  const ago = (hours: number): Date => new Date(until.getTime() - hours * 3_600_000)
  const of = (patient: keyof typeof patients, organization: OrganizationKey, text: AlertText) => ({
    organization,
    bundle: alertBundle(patients[patient], places[organization], text),
  })
  return [
    of('copd', 'municipality', {
      ...{ key: 'varsel-metning', code: '5', raised: ago(2), severity: 'high', zone: 'red' },
      about: 'OXYGEN_SATURATION',
      detail: 'Oksygenmetning under 85 %.',
      over: {
        key: 'kols-egenbehandlingsplan',
        display: 'Egenbehandlingsplan KOLS, rød sone',
      },
      assigned: { at: ago(1), status: 'in-progress' },
    }),
    of('copd', 'municipality', {
      ...{ key: 'varsel-mangler-vekt', code: '5.3.2', raised: ago(12), severity: 'low' },
      ...{ about: 'BODY_WEIGHT', due: ago(24) },
    }),
    of('copd', 'hospital', {
      ...{ key: 'varsel-skjema', code: '5.3.1', raised: ago(30), due: ago(36) },
      noted: {
        ...{ begun: ago(29), signed: ago(28) },
        text: 'Ringte pasienten. Skjemaet fylles ut i kveld.',
      },
    }),
    of('copd', 'neighbour', {
      ...{ key: 'varsel-metning', code: '5', raised: ago(24 * 130), severity: 'moderate' },
      ...{ zone: 'yellow', about: 'OXYGEN_SATURATION' },
      assigned: { at: ago(24 * 130 - 3), status: 'completed' },
    }),
    of('onePlace', 'rehabilitation', {
      ...{ key: 'varsel-vekt', code: '5', raised: ago(6), severity: 'moderate', zone: 'yellow' },
      ...{ about: 'BODY_WEIGHT', detail: 'Vekten har økt 2 kg på 3 dager.' },
    }),
    of('diabetes', 'municipality', {
      ...{ key: 'varsel-inaktiv', code: '5.3', raised: ago(20), due: ago(48) },
    }),
  ]
}
