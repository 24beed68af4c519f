/** Synthetic organisations. Numbers are well formed (modulus 11) and belong to nobody in the demo's world but these. */
export interface DemoOrganization {
  /** Parent unit's organisation number: the data controller. */
  readonly number: string
  /** Sub-unit where care is given. */
  readonly pointOfCare: string
  readonly name: string
  readonly pointOfCareName: string
  readonly kind: 'municipality' | 'hospital' | 'gp' | 'private'
}

export const organizations = {
  municipality: {
    number: '310000108',
    pointOfCare: '310000116',
    name: 'Solvik kommune',
    pointOfCareName: 'Solvik oppfølgingssenter',
    kind: 'municipality',
  },
  hospital: {
    number: '310000205',
    pointOfCare: '310000213',
    name: 'Fjordheim sykehus HF',
    pointOfCareName: 'Fjordheim lungepoliklinikk',
    kind: 'hospital',
  },
  gp: {
    number: '310000302',
    pointOfCare: '310000310',
    name: 'Bryggen legekontor',
    pointOfCareName: 'Bryggen legekontor',
    kind: 'gp',
  },
  neighbour: {
    number: '310000507',
    pointOfCare: '310000515',
    name: 'Granli kommune',
    pointOfCareName: 'Granli hjemmetjeneste',
    kind: 'municipality',
  },
  homeCare: {
    number: '310000604',
    pointOfCare: '310000612',
    name: 'Trygg Hjemme AS',
    pointOfCareName: 'Trygg Hjemme AS',
    kind: 'private',
  },
  rehabilitation: {
    number: '310000701',
    pointOfCare: '310000809',
    name: 'Utsikten rehabilitering',
    pointOfCareName: 'Utsikten rehabilitering',
    kind: 'private',
  },
} as const satisfies Record<string, DemoOrganization>

/** Runs the gateway, and answers for its access log. Holds no health data. */
export const operator = { number: '310001007', name: 'Kilde Drift IKS' } as const

/** Acute ward of the hospital: another point of care, and another department, than the lung clinic. */
export const acuteWard = {
  pointOfCare: '310000221',
  pointOfCareName: 'Fjordheim akuttmottak',
} as const

export type OrganizationKey = keyof typeof organizations
