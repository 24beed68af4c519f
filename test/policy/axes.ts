import { classes } from './classes.js'

/** What the shared vectors vary: plain JSON, so that any implementation of a node can read it. */

export const NOW = '2026-11-22T12:00:00Z'
/** The organisation that decides, and holds the row. */
export const PROVIDER = '310000108'
const HOSPITAL = '310000205'
const CLASS_REQUESTERS = [
  'doctor',
  'nurse',
  'pharmacist',
  'audiographer',
  'health secretary with HPR number',
  'assistant without HPR number',
  'unspecified',
]
const CLASS_SETTINGS = [
  'nothing',
  'not known',
  'reserved',
  'everything blocked',
  'pulse blocked, by another code system',
  'one item blocked',
  'everything blocked but pulse',
]
const SUPPLIER = '310000604'

export const requesters = [
  { name: 'doctor', hprNumber: '9990003', role: 'LE' },
  { name: 'the doctor whom blocks and consents name', hprNumber: '9990009', role: 'LE' },
  { name: 'nurse', hprNumber: '9990002', role: 'SP' },
  { name: 'pharmacist', hprNumber: '9990005', role: 'FA1' },
  { name: 'audiographer', hprNumber: '9990006', role: 'AU' },
  { name: 'health secretary with HPR number', hprNumber: '9990007', role: 'HE' },
  { name: 'assistant without HPR number' },
  { name: 'doctor without HPR number', role: 'LE' },
  { name: 'veterinary', hprNumber: '9990008', role: 'VE' },
  { name: 'unspecified', hprNumber: '9990010', role: 'XX' },
] as const

const agreement = {
  dataClasses: classes.map(({ name }) => name),
  purposes: ['TREAT', 'ETREAT', 'COC', 'BTG'],
}

/** How the requester's organisation stands to the provider. */
export const relations = [
  { name: 'own', organization: PROVIDER },
  { name: 'agreement for all roles', organization: HOSPITAL, agreement },
  {
    name: 'agreement for doctors and for assistants',
    organization: HOSPITAL,
    agreement: { ...agreement, roles: ['LE'], assistants: ['Observation'] },
  },
  {
    name: 'agreement for planned treatment alone',
    organization: HOSPITAL,
    agreement: { ...agreement, purposes: ['TREAT'] },
  },
  { name: 'no agreement', organization: HOSPITAL },
  {
    name: 'supplier with delegation',
    organization: HOSPITAL,
    agreement,
    supplier: SUPPLIER,
    delegated: true,
  },
  { name: 'supplier without delegation', organization: HOSPITAL, agreement, supplier: SUPPLIER },
] as const

/** The same where every class is asked for. */
export const classRelations = [
  relations[0],
  relations[1],
  {
    name: 'agreement for doctors and, of every class, for assistants',
    organization: HOSPITAL,
    agreement: { ...agreement, roles: ['LE'], assistants: agreement.dataClasses },
  },
  relations[4],
] as const

/** Those among the requesters whom rules on classes tell apart. */
export const classRequesters = requesters.filter(({ name }) =>
  CLASS_REQUESTERS.some((one) => one === name),
)

/** Purposes; of break-glass also how far it is. */
export const purposes = [
  { name: 'TREAT', purpose: 'TREAT' },
  { name: 'ETREAT', purpose: 'ETREAT' },
  { name: 'COC', purpose: 'COC' },
  { name: 'BTG in two steps with a reason', purpose: 'BTG', reason: true, firstStep: true },
  { name: 'BTG without a reason', purpose: 'BTG', reason: false, firstStep: true },
  { name: 'BTG without a first step', purpose: 'BTG', reason: true, firstStep: false },
  { name: 'BTG whose time is up', purpose: 'BTG', reason: true, firstStep: false, over: true },
] as const

const named = { professional: '9990009' }
const PULSE = 'http://loinc.org|8867-4'
const ITEM = '0123456789abcdef0123456789abcdef'
const lifted = { from: '2026-01-01T00:00:00Z', until: '2026-11-22T11:59:59Z' }

export interface Statement {
  readonly data?: Readonly<Record<string, string>>
  readonly recipient?: Readonly<Record<string, string>>
  readonly validity?: { readonly from: string; readonly until?: string }
}
export interface Settings {
  readonly name: string
  readonly unknown?: true
  readonly reserved?: true
  readonly blocks?: readonly Statement[]
  readonly consents?: readonly Statement[]
}

/** What the patient has stated. An empty statement is about everything and everybody. */
export const settings: readonly Settings[] = [
  { name: 'nothing' },
  { name: 'not known', unknown: true },
  { name: 'reserved', reserved: true },
  { name: 'everything blocked', blocks: [{}] },
  { name: 'a block that was lifted', blocks: [{ validity: lifted }] },
  { name: 'the data of the provider blocked', blocks: [{ data: { organization: PROVIDER } }] },
  { name: 'the data of the hospital blocked', blocks: [{ data: { organization: HOSPITAL } }] },
  { name: 'copies at the provider blocked', blocks: [{ data: { heldBy: PROVIDER } }] },
  { name: 'copies at the hospital blocked', blocks: [{ data: { heldBy: HOSPITAL } }] },
  { name: 'the hospital shut out', blocks: [{ recipient: { organization: HOSPITAL } }] },
  { name: 'a named professional shut out', blocks: [{ recipient: named }] },
  { name: 'doctors shut out', blocks: [{ recipient: { group: 'LE' } }] },
  { name: 'measurements blocked', blocks: [{ data: { dataClass: 'Observation' } }] },
  { name: 'names blocked', blocks: [{ data: { dataClass: 'Patient' } }] },
  { name: 'plans blocked', blocks: [{ data: { dataClass: 'CarePlan' } }] },
  {
    name: 'pulse blocked, by another code system',
    blocks: [{ data: { code: 'http://snomed.info/sct|364075005' } }],
  },
  { name: 'one item blocked', blocks: [{ data: { item: ITEM } }] },
  {
    name: 'a period blocked',
    blocks: [{ data: { from: '2026-05-01T00:00:00Z', until: '2026-07-01T00:00:00Z' } }],
  },
  {
    name: 'everything blocked but for a named professional',
    blocks: [{}],
    consents: [{ recipient: named }],
  },
  {
    name: 'everything blocked but pulse',
    blocks: [{}],
    consents: [{ data: { code: PULSE } }],
  },
  { name: 'all blocked, all consented', blocks: [{}], consents: [{}] },
  {
    name: 'a named professional shut out, all consented',
    blocks: [{ recipient: named }],
    consents: [{}],
  },
  {
    name: 'doctors shut out, pulse consented',
    blocks: [{ recipient: { group: 'LE' } }],
    consents: [{ data: { code: PULSE } }],
  },
]

/** Where every class is asked for: each class blocked by itself too. */
export const classSettings: readonly Settings[] = [
  ...settings.filter(({ name }) => CLASS_SETTINGS.includes(name)),
  ...classes.map(({ name }) => ({
    name: `${name} blocked`,
    blocks: [{ data: { dataClass: name } }],
  })),
]

export interface Row {
  readonly name: string
  readonly dataClass: string
  readonly owner?: string
  readonly codes?: readonly string[]
  readonly item?: string
  readonly effective?: string
}

/** What is asked for: a class, and of measurements one row. */
export const rows: readonly Row[] = [
  {
    name: 'pulse of the provider in June',
    dataClass: 'Observation',
    owner: PROVIDER,
    codes: [PULSE],
    item: ITEM,
    effective: '2026-06-01T08:00:00Z',
  },
  {
    name: 'a copy of the hospital’s weight in August',
    dataClass: 'Observation',
    owner: HOSPITAL,
    codes: ['http://loinc.org|29463-7'],
    item: 'f'.repeat(32),
    effective: '2026-08-01T08:00:00Z',
  },
  {
    name: 'a plan of the provider from June',
    dataClass: 'CarePlan',
    owner: PROVIDER,
    codes: [PULSE],
    item: ITEM,
    effective: '2026-06-01T08:00:00Z',
  },
  { name: 'the name', dataClass: 'Patient' },
  { name: 'a class that the provider opens to nobody', dataClass: 'Condition' },
]

/** One row of every class. */
export const classRows: readonly Row[] = classes.map(({ name }) => ({
  name: `${name} of the provider in June`,
  ...{ dataClass: name, owner: PROVIDER, codes: [PULSE], item: ITEM },
  effective: '2026-06-01T08:00:00Z',
}))

/** The age of the patient is no fact for personnel. */
export const ages = [
  { name: 'child', birthDate: '2018-01-01' },
  { name: 'adult', birthDate: '1950-01-01' },
] as const

/** Who asks as a citizen, and what the settings say of that person. */
export const citizens = [
  { name: 'the patient', purpose: 'PATRQT', self: true },
  { name: 'somebody else', purpose: 'PATRQT' },
  { name: 'a parent', purpose: 'FAMRQT', kind: 'PARENT' },
  { name: 'somebody without representation', purpose: 'FAMRQT' },
  {
    name: 'a parent whose representation has ended',
    purpose: 'FAMRQT',
    kind: 'PARENT',
    ended: true,
  },
  { name: 'a parent who asks as a proxy', purpose: 'PWATRNY', kind: 'PARENT' },
  { name: 'somebody with power of attorney', purpose: 'PWATRNY', kind: 'POWER_OF_ATTORNEY' },
  {
    name: 'somebody with power of attorney for another class',
    purpose: 'PWATRNY',
    kind: 'POWER_OF_ATTORNEY',
    classes: ['Condition'],
  },
  {
    name: 'a guardian of somebody unable to consent',
    purpose: 'PWATRNY',
    kind: 'UNABLE_TO_CONSENT',
  },
] as const

/** By base data, at noon of 22 November 2026 in Norway. */
export const citizenAges = [
  { name: '8', birthDate: '2018-01-01' },
  { name: '12 tomorrow', birthDate: '2014-11-23' },
  { name: '12 today', birthDate: '2014-11-22' },
  { name: '16 tomorrow', birthDate: '2010-11-23' },
  { name: '16 today', birthDate: '2010-11-22' },
  { name: '18 tomorrow', birthDate: '2008-11-23' },
  { name: '18 today', birthDate: '2008-11-22' },
  { name: '76', birthDate: '1950-01-01' },
  { name: 'not known' },
] as const

export interface Labels {
  readonly name: string
  readonly labels: readonly string[]
  readonly openFrom?: string
}

/** Code system 9603 on the row. */
export const labels: readonly Labels[] = [
  { name: 'none', labels: [] },
  ...[
    'N',
    'NORN_FFL',
    'NORN_KUT',
    'NORN_EPO',
    'NORN_ALL',
    'NORN_FOR',
    'NORN_FORANS',
    'NORN_UNGDOM',
  ].map((one) => ({ name: one, labels: [one] })),
  ...['NORN_FFH', 'NORN_FPB', 'NORN_DUP', 'NORN_ANG', 'NORS', 'NORN_NEW'].map((one) => ({
    name: one,
    labels: [one],
  })),
  { name: 'NORU until yesterday', labels: ['NORU'], openFrom: '2026-11-21T12:00:00Z' },
  { name: 'NORU until tomorrow', labels: ['NORU'], openFrom: '2026-11-23T12:00:00Z' },
  { name: 'NORU without a date', labels: ['NORU'] },
  { name: 'N and NORN_FORANS', labels: ['N', 'NORN_FORANS'] },
]

export const addresses = [
  { name: 'open' },
  { name: 'the patient’s is confidential', patient: true },
  { name: 'the representative’s is confidential', representative: true },
] as const

export const citizenClasses: readonly string[] = [
  ...classes.map(({ name }) => name),
  'AuditEvent',
  'Condition',
]

/** Who asks for what may tell where the patient is treated. All of them may see the data. */
export const askers = [
  { name: 'a doctor of the provider', purpose: 'TREAT' },
  { name: 'the same in an emergency', purpose: 'ETREAT' },
  { name: 'the same, to coordinate', purpose: 'COC' },
  { name: 'the same, in break-glass', purpose: 'BTG' },
  { name: 'the patient', purpose: 'PATRQT' },
  { name: 'somebody with power of attorney', purpose: 'PWATRNY' },
] as const

/** What base data say of the patient, an adult. */
export const baseData = [
  {
    name: 'the address is open',
    person: { birthDate: '1950-01-01', addressConfidential: false },
  },
  {
    name: 'the address is confidential',
    person: { birthDate: '1950-01-01', addressConfidential: true },
  },
  { name: 'base data do not know the patient' },
  { name: 'settings and base data are not known', unknown: true },
] as const

export const placeClasses: readonly string[] = [...classes.map(({ name }) => name), 'Patient']
