import { type OrganizationKey, patients } from '@kilde/people'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { type PlanText, planBundle } from './plan.js'

/** Two plans of the same kind in force at once: the municipality's, and the one that the lung clinic gave her on leaving. */
const solvik = (start: string): PlanText => ({
  key: 'kols-egenbehandlingsplan',
  kind: 'self-treatment',
  status: 'active',
  period: { start },
  title: 'Egenbehandlingsplan KOLS',
  description: 'Kari vil kunne gå til butikken selv.',
  about: { text: 'KOLS, alvorlig (GOLD 3)' },
  zones: {
    green: {
      when: 'Pusten er som vanlig. Oksygenmetning 88–92 %.',
      what: 'Ta faste medisiner. Mål to ganger om dagen. Gå tur hver dag.',
    },
    yellow: {
      when: 'Mer tungpust, hoste eller slim i to dager, eller oksygenmetning under 88 %.',
      what: 'Ta hurtigvirkende medisin som avtalt, og ring oppfølgingssenteret samme dag.',
    },
    red: {
      when: 'Tungpust i hvile, oksygenmetning under 85 %, eller forvirring.',
      what: 'Ring 113.',
    },
  },
  goals: [
    { text: 'Oksygenmetning mellom 88 og 92 %', kind: 'OXYGEN_SATURATION', range: [88, 92] },
    { text: 'Gå til butikken og hjem uten pause' },
  ],
  measures: [
    { kind: 'OXYGEN_SATURATION', often: { times: 2, unit: 'd' }, device: 'Nonin 3230' },
    { kind: 'BODY_WEIGHT', often: { times: 1, unit: 'wk' }, device: 'A&D UC-352BLE' },
  ],
})

const fjordheim = (start: string): PlanText => ({
  key: 'lunge-egenbehandlingsplan',
  kind: 'self-treatment',
  status: 'active',
  period: { start },
  title: 'Egenbehandlingsplan etter innleggelse',
  zones: {
    green: {
      when: 'Oksygenmetning 90–94 % og pust som da du reiste hjem.',
      what: 'Fortsett behandlingen fra sykehuset.',
    },
    yellow: {
      when: 'Oksygenmetning under 90 % i hvile, eller mer slim enn vanlig.',
      what: 'Start prednisolonkuren, og ring lungepoliklinikken innen kl. 15.',
    },
    red: {
      when: 'Oksygenmetning under 86 %, eller du klarer ikke å snakke i hele setninger.',
      what: 'Ring 113.',
    },
  },
  goals: [{ text: 'Oksygenmetning mellom 90 og 94 %', kind: 'OXYGEN_SATURATION', range: [90, 94] }],
})

const treatment = (start: string, due: string): PlanText => ({
  key: 'lunge-behandlingsplan',
  kind: 'treatment',
  status: 'active',
  period: { start },
  title: 'Behandlingsplan KOLS',
  description: 'Utarbeidet ved utskriving sammen med pasienten og Solvik kommune.',
  about: { text: 'KOLS med forverring' },
  goals: [{ text: 'Ingen ny innleggelse', due }],
  measures: [{ kind: 'FEV1', often: { times: 1, unit: 'wk' } }],
})

const granli = (start: string, end: string): PlanText => ({
  ...solvik(start),
  key: 'egenbehandlingsplan',
  status: 'completed',
  period: { start, end },
  title: 'Egenbehandlingsplan KOLS (før flytting)',
})

const utsikten = (start: string, due: string): PlanText => ({
  key: 'hjertesvikt-egenbehandlingsplan',
  kind: 'self-treatment',
  status: 'active',
  period: { start },
  title: 'Egenbehandlingsplan hjertesvikt',
  description: 'Ella vil bo hjemme og passe hagen.',
  about: { text: 'Hjertesvikt, NYHA II' },
  zones: {
    green: {
      when: 'Vekten er innenfor 1 kg av målvekten. Ingen nye hevelser.',
      what: 'Ta faste medisiner. Vei deg hver morgen før frokost.',
    },
    yellow: {
      when: 'Vekten har økt 2 kg på 3 dager, eller beina hovner opp.',
      what: 'Ta ekstra vanndrivende tablett som avtalt, og ring senteret samme dag.',
    },
    red: {
      when: 'Tungpust i hvile eller om natten, brystsmerter eller besvimelse.',
      what: 'Ring 113.',
    },
  },
  goals: [{ text: 'Vekt 53 til 55 kg', kind: 'BODY_WEIGHT', range: [53, 55], due }],
  measures: [
    { kind: 'BODY_WEIGHT', often: { times: 1, unit: 'd' }, device: 'A&D UC-352BLE' },
    { kind: 'BLOOD_PRESSURE', often: { times: 1, unit: 'd' } },
  ],
})

/** The plans of the demo, each as its organisation sends it. The same `until` gives the same plans. */
export function demoPlans(until: Date): readonly StoryBundle[] {
  const day = (ago: number): string =>
    new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)
  const of = (patient: keyof typeof patients, organization: OrganizationKey, text: PlanText) => ({
    organization,
    bundle: planBundle(patients[patient], places[organization], text),
  })
  return [
    of('copd', 'neighbour', granli(day(170), day(120))),
    of('copd', 'municipality', solvik(day(118))),
    of('copd', 'hospital', fjordheim(day(3))),
    of('copd', 'hospital', treatment(day(4), day(-90))),
    of('onePlace', 'rehabilitation', utsikten(day(30), day(-30))),
  ]
}
