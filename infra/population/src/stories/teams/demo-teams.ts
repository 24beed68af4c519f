import { type OrganizationKey, patients } from '@kilde/people'
import type { Place } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { type TeamText, teamBundle } from './team.js'

const { municipality, hospital, neighbour, homeCare, rehabilitation } = places

/** What every follow-up centre of the demo promises. */
const terms: NonNullable<TeamText['terms']> = {
  expectedResponse: [
    { about: 'Rød måling', minutes: 30 },
    { about: 'Gul måling', words: 'samme virkedag' },
    { about: 'Melding', words: 'neste virkedag' },
  ],
  escalation: ['Ring legevakten på 116 117 utenfor åpningstiden.', 'Ring 113 når det haster.'],
  stopCriteria: ['Innleggelse i sykehjem', 'Pasienten ønsker å slutte', 'Stabil i seks måneder'],
}

const team = (
  key: string,
  responsible: Place,
  start: string,
  more: Partial<TeamText> = {},
): TeamText => ({
  ...{ key, responsible, terms, status: 'active', period: { start } },
  name: `Digital hjemmeoppfølging, ${responsible.organization.pointOfCareName}`,
  phone: '+47 21 00 00 10',
  hours: { from: '08:00', to: '15:30' },
  ...more,
})

/** Moved: the first municipality has handed over, and is done. */
const granli = (start: string, end: string): TeamText =>
  team('dho-team', neighbour, start, {
    ...{ status: 'inactive', period: { start, end } },
    phone: '+47 21 00 00 50',
    handOver: {
      ...{ from: neighbour, to: municipality, status: 'completed', reason: 'Flytting' },
      ...{ authoredOn: start, takesOver: end },
    },
  })

/** After an admission the hospital follows up too: two say that they are responsible, and nobody has decided. */
const fjordheim = (start: string): TeamText =>
  team('lunge-team', hospital, start, {
    name: 'Oppfølging etter innleggelse, Fjordheim lungepoliklinikk',
    phone: '+47 21 00 00 20',
    members: [{ role: 'Lungelege', name: 'Hanne Hospital' }],
  })

/** Ended here, not yet begun there: nobody says that it is responsible. */
const handedOver = (start: string, end: string): TeamText =>
  team('dho-team-diabetes', municipality, start, {
    ...{ status: 'inactive', period: { start, end } },
    handOver: {
      ...{ from: municipality, to: homeCare, status: 'requested', takesOver: end },
      ...{ authoredOn: end, reason: 'Kommunen kjøper oppfølgingen av Trygg Hjemme' },
    },
  })

const waiting = (start: string): TeamText =>
  team('trygg-team', homeCare, start, { status: 'proposed', phone: '+47 21 00 00 60' })

/** The care teams of the demo, each as its organisation sends it. The same `until` gives the same teams. */
export function demoTeams(until: Date): readonly StoryBundle[] {
  const day = (ago: number): string =>
    new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)
  const of = (patient: keyof typeof patients, organization: OrganizationKey, text: TeamText) => ({
    organization,
    bundle: teamBundle(patients[patient], places[organization], text),
  })
  return [
    of('copd', 'neighbour', granli(day(180), day(120))),
    of('copd', 'municipality', team('dho-team-kols', municipality, day(119))),
    of('copd', 'hospital', fjordheim(day(3))),
    of('diabetes', 'municipality', handedOver(day(150), day(6))),
    of('diabetes', 'homeCare', waiting(day(2))),
    of('onePlace', 'rehabilitation', team('dho-team', rehabilitation, day(60))),
  ]
}
