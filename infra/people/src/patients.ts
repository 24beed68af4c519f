import type { OrganizationKey } from './organizations.js'

/** A synthetic patient, and the organisations that hold data (the truth that end-to-end tests compare with). */
export interface DemoPatient {
  readonly name: string
  /** National identity number (synthetic: birth month + 80). */
  readonly identifier: string
  readonly birthDate: string
  readonly story: string
  readonly organizations: readonly OrganizationKey[]
}

export const patients = {
  copd: {
    name: 'Kari Kols',
    identifier: '08825133489',
    birthDate: '1951-02-08',
    story:
      'COPD, 180 days of home measurements. Moved from Granli to Solvik after 60 days; gets worse and is admitted at Fjordheim.',
    organizations: ['municipality', 'hospital', 'neighbour'],
  },
  diabetes: {
    name: 'Didrik Sukker',
    identifier: '15886220593',
    birthDate: '1962-08-15',
    story:
      'Diabetes and hypertension: glucose, blood pressure and weight at the municipality and the GP.',
    organizations: ['municipality', 'gp', 'homeCare'],
  },
  onePlace: {
    name: 'Ella Ensom',
    identifier: '21904535653',
    birthDate: '1945-10-21',
    story: 'Data in one place only: a rehabilitation centre.',
    organizations: ['rehabilitation'],
  },
  none: {
    name: 'Nils Ingen',
    identifier: '11869319084',
    birthDate: '1993-06-11',
    story: 'Nobody holds data.',
    organizations: [],
  },
  copies: {
    name: 'Dina Dobbel',
    identifier: '05855822298',
    birthDate: '1958-05-05',
    story: 'The same measurements lie both at the municipality and, as copies, at the hospital.',
    organizations: ['municipality', 'hospital'],
  },
  youth: {
    name: 'Ulrik Ung',
    identifier: '19871261272',
    birthDate: '2012-07-19',
    story: 'A youth of 14 with asthma: peak flow at the municipality.',
    organizations: ['municipality'],
  },
  child: {
    name: 'Berit Barn',
    identifier: '14851861212',
    birthDate: '2018-05-14',
    story: 'A child of 8 with asthma: peak flow at the municipality; represented by a parent.',
    organizations: ['municipality'],
  },
} as const satisfies Record<string, DemoPatient>

export type PatientKey = keyof typeof patients
