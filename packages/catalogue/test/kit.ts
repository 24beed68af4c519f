import type { Agreement, CatalogueState, Membership, OrganizationEntry } from '../src/index.js'

/** Well-formed numbers (modulus 11) that belong to nobody here but these. */
export const numbers = [
  '310000108',
  '310000205',
  '310000302',
  '310000507',
  '310000604',
  '310000701',
] as const
export const [solvik, fjordheim, bryggen, granli, trygg] = numbers
export const solvikCentre = '310000116'

export const at = Date.parse('2026-06-15T10:00:00Z')

export function organization(
  number: string,
  change: Partial<OrganizationEntry> = {},
): OrganizationEntry {
  return {
    number,
    name: `Organisation ${number}`,
    kind: 'OTHER',
    endpoint: `http://127.0.0.1:4401/${number}`,
    dataClasses: ['Observation'],
    contractVersion: '1.0',
    state: 'ACTIVE',
    servesCitizens: true,
    ...change,
  }
}

export function subUnit(number: string, parent: string): OrganizationEntry {
  return {
    number,
    name: `Unit ${number}`,
    kind: 'OTHER',
    parent,
    dataClasses: [],
    contractVersion: '1.0',
    state: 'ACTIVE',
    servesCitizens: false,
  }
}

export function agreement(
  consumer: string,
  provider: string,
  change: Partial<Agreement> = {},
): Agreement {
  return {
    id: `${consumer}-${provider}`,
    consumer,
    provider,
    dataClasses: ['Observation'],
    purposes: ['TREAT'],
    legalBasis: 'helsepersonelloven § 45',
    riskAssessment: 'ROS-2026-1',
    validFrom: '2026-01-01',
    ...change,
  }
}

export function membership(number: string, change: Partial<Membership> = {}): Membership {
  return {
    organization: number,
    acceptedTerms: [{ version: '1', date: '2026-01-01' }],
    validFrom: '2026-01-01',
    ...change,
  }
}

/** Six members; Solvik (with a sub-unit) may ask Fjordheim and Bryggen. */
export function state(change: Partial<CatalogueState> = {}): CatalogueState {
  return {
    version: 1,
    issuedAt: new Date(at).toISOString(),
    organizations: [
      ...numbers.map((number) => organization(number)),
      subUnit(solvikCentre, solvik),
    ],
    agreements: [agreement(solvik, fjordheim), agreement(solvik, bryggen)],
    memberships: numbers.map((number) => membership(number)),
    ...change,
  }
}
