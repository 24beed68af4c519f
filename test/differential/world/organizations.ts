import { type CatalogueState, isOrganizationNumber, type OrganizationEntry } from '@kilde/catalogue'
import type { Random } from '../random.js'

/** Numbers with a valid check digit that belong to nobody here: 31x xxx xxx. */
export const numbers: readonly string[] = Array.from({ length: 900 }, (_, index) =>
  String(310_000_000 + index * 97),
).filter(isOrganizationNumber)

const KINDS = ['MUNICIPALITY', 'HOSPITAL', 'GP', 'PRIVATE', 'OTHER'] as const
const NAMES = [
  'Lillevik kommune',
  'Åsgård sykehus HF',
  'Fjell «og» "fjord" legesenter',
  'Øst\\vest',
  '愛 klinikk 😀',
]

export interface Located {
  readonly number: string
  readonly state: OrganizationEntry['state']
}

/** A registry in which the requester has agreements with exactly these organisations. */
export function makeCatalogue(
  random: Random,
  requester: string,
  located: readonly Located[],
): CatalogueState {
  const providers = located.map(({ number, state }) => entryOf(random, number, state, true))
  const others = numbers.slice(60, 66).map((number) => entryOf(random, number, 'ACTIVE', false))
  const own = located.some(({ number }) => number === requester)
    ? []
    : [{ ...entryOf(random, requester, 'ACTIVE', true), dataClasses: [] }]
  const organizations = [...providers, ...others, ...own]
  return {
    version: 1,
    issuedAt: '2026-03-01T00:00:00Z',
    organizations,
    agreements: located.map(({ number }) => ({
      id: `a${number}`,
      consumer: requester,
      provider: number,
      dataClasses: ['Observation', 'CarePlan'],
      purposes: ['TREAT'],
      legalBasis: 'helsepersonelloven § 45',
      riskAssessment: 'R1',
      validFrom: '2020-01-01',
    })),
    memberships: [requester, ...located.map(({ number }) => number)].map((organization) => ({
      organization,
      acceptedTerms: [{ version: '1', date: '2020-01-01' }],
      validFrom: '2020-01-01',
    })),
  }
}

function entryOf(
  random: Random,
  number: string,
  state: OrganizationEntry['state'],
  provider: boolean,
): OrganizationEntry {
  return {
    number,
    name: `${random.pick(NAMES)} ${number.slice(-3)}`,
    kind: random.pick(KINDS),
    ...(provider
      ? { endpoint: `http://127.0.0.1:1/${number}`, dataClasses: ['Observation', 'CarePlan'] }
      : { dataClasses: random.chance(0.3) ? ['Observation', 'CarePlan'] : [] }),
    ...(!provider && random.chance(0.5) ? { parent: random.pick(numbers.slice(60, 64)) } : {}),
    // A provider's successor would be asked in its place.
    ...(!provider && random.chance(0.2) ? { successor: random.pick(numbers.slice(60, 63)) } : {}),
    contractVersion: '1.0',
    state,
    servesCitizens: false,
  }
}
