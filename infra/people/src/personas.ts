import { acuteWard, type OrganizationKey, organizations } from './organizations.js'
import { patients } from './patients.js'

/** Somebody who can sign in to the demo. Every number is synthetic: the birth month is raised by 80. */
export interface Persona {
  readonly key: string
  readonly name: string
  /** National identity number (synthetic). */
  readonly pid: string
  /** HPR number, where the person is authorised health personnel. */
  readonly hprNumber?: string
  /** Code of code system 9060 (LE doctor, SP nurse, HE health secretary). */
  readonly authorization?: { readonly code: string; readonly text: string }
  readonly works?: {
    readonly organization: OrganizationKey
    readonly pointOfCare: string
    readonly pointOfCareName: string
    readonly healthcareService: {
      readonly code: string
      readonly system: string
      readonly text: string
    }
    readonly purpose: 'TREAT' | 'ETREAT' | 'COC' | 'BTG'
    readonly decision: string
  }
  /** For citizens: on what ground they ask. */
  readonly citizen?: {
    readonly purpose: 'PATRQT' | 'FAMRQT' | 'PWATRNY'
    readonly onBehalfOf?: string
  }
  /** One sentence for the sign-in page. */
  readonly about: string
}

const service = {
  gp: { code: 'KX17', system: 'urn:oid:2.16.578.1.12.4.1.1.8655', text: 'Fastlege' },
  homeNursing: {
    code: '15',
    system: 'urn:oid:2.16.578.1.12.4.1.1.8663',
    text: 'Helsetjenester i hjemmet',
  },
  lung: { code: '130', system: 'urn:oid:2.16.578.1.12.4.1.1.8451', text: 'Lungesykdommer' },
  acute: { code: '400', system: 'urn:oid:2.16.578.1.12.4.1.1.8451', text: 'Akuttmedisin' },
} as const

const at = (organization: OrganizationKey) => ({
  organization,
  pointOfCare: organizations[organization].pointOfCare,
  pointOfCareName: organizations[organization].pointOfCareName,
})

export const personas: readonly Persona[] = [
  {
    key: 'gp',
    name: 'Gro Fastlege',
    pid: '12837531282',
    hprNumber: '9990001',
    authorization: { code: 'LE', text: 'Lege' },
    works: {
      ...at('gp'),
      healthcareService: service.gp,
      purpose: 'TREAT',
      decision: 'Legekonsultasjon',
    },
    about: 'General practitioner at Bryggen legekontor; reads on request.',
  },
  {
    key: 'nurse',
    name: 'Siri Sykepleier',
    pid: '04918825601',
    hprNumber: '9990002',
    authorization: { code: 'SP', text: 'Sykepleier' },
    works: {
      ...at('municipality'),
      healthcareService: service.homeNursing,
      purpose: 'TREAT',
      decision: 'Digital hjemmeoppfølging',
    },
    about: 'Municipal nurse in Solvik; follows patients every day.',
  },
  {
    key: 'hospital-doctor',
    name: 'Henrik Lungelege',
    pid: '23867934111',
    hprNumber: '9990003',
    authorization: { code: 'LE', text: 'Lege' },
    works: {
      ...at('hospital'),
      healthcareService: service.lung,
      purpose: 'TREAT',
      decision: 'Poliklinisk kontroll',
    },
    about: 'Doctor at the lung clinic of Fjordheim; follows trends.',
  },
  {
    key: 'acute-doctor',
    name: 'Aksel Akuttlege',
    pid: '09898418860',
    hprNumber: '9990004',
    authorization: { code: 'LE', text: 'Lege' },
    works: {
      ...at('hospital'),
      ...acuteWard,
      healthcareService: service.acute,
      purpose: 'ETREAT',
      decision: 'Øyeblikkelig hjelp',
    },
    about: 'Doctor at the acute ward of Fjordheim; looks up measurements before an admission.',
  },
  {
    key: 'secretary',
    name: 'Signe Sekretær',
    pid: '30819127480',
    works: {
      ...at('hospital'),
      healthcareService: service.lung,
      purpose: 'COC',
      decision: 'Timeadministrasjon',
    },
    about: 'Health secretary at Fjordheim, without HPR number.',
  },
  {
    key: 'log-controller',
    name: 'Lars Loggkontrollør',
    pid: '17857030036',
    works: {
      ...at('hospital'),
      healthcareService: service.lung,
      purpose: 'COC',
      decision: 'Loggkontroll',
    },
    about: 'Reviews access logs at Fjordheim; reads no health data.',
  },
  {
    key: 'patient',
    name: patients.copd.name,
    pid: patients.copd.identifier,
    citizen: { purpose: 'PATRQT' },
    about: 'The patient with COPD, reading her own data.',
  },
  {
    key: 'youth',
    name: patients.youth.name,
    pid: patients.youth.identifier,
    citizen: { purpose: 'PATRQT' },
    about: 'A youth of 14, reading own data.',
  },
  {
    key: 'parent',
    name: 'Pia Forelder',
    pid: '02928124560',
    citizen: { purpose: 'FAMRQT', onBehalfOf: patients.child.identifier },
    about:
      'Parent of the child of 8, whom she represents, and of the youth, whom she does not any more.',
  },
  {
    key: 'proxy',
    name: 'Frode Fullmektig',
    pid: '26848341168',
    citizen: { purpose: 'PWATRNY', onBehalfOf: patients.diabetes.identifier },
    about: 'Holds a power of attorney for the patient with diabetes.',
  },
]
