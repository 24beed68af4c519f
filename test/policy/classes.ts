/**
 * Every class of data that has rows, and what the rules in words (docs/policy.md) leave out of it: plain, and nothing of the product. A
 * class that the product has and this has not fails a test: give it a line here and one in docs/policy.md.
 */
export interface ClassLine {
  readonly name: string
  /** Left out for personnel without an HPR number, by alphabet like the others. */
  readonly assistant: readonly string[]
  readonly secretary: readonly string[]
  readonly pharmacist: readonly string[]
  /** Closed to audiographers, orthotists, opticians, orthoptists and dental technicians. */
  readonly closedToAids: boolean
  /** Left out for representatives of the young. */
  readonly young: readonly string[]
  /** No representative sees it: it is about third persons. */
  readonly ofPatientAlone?: true
  /** Left out where an address may be confidential, but for treatment. */
  readonly hidden: readonly string[]
}

const freeText = {
  ...{ assistant: ['note'], secretary: ['note'], pharmacist: ['note'], young: ['note'] },
  closedToAids: true,
} as const
const whatItIsAbout = { assistant: [], secretary: [], pharmacist: [], closedToAids: true } as const

const words = ['description', 'note', 'summary']
const ownWords = {
  ...{ assistant: words, secretary: words, pharmacist: words, young: words, hidden: words },
} as const

export const classes: readonly ClassLine[] = [
  {
    ...{ name: 'Observation', ...freeText, hidden: ['device', 'note'] },
    assistant: ['device', 'method', 'note'],
    secretary: ['device', 'method', 'note'],
  },
  { name: 'CarePlan', ...freeText, hidden: ['device', 'note'] },
  { name: 'CareTeam', ...freeText, closedToAids: false, hidden: ['note', 'telecom'] },
  { name: 'Appointment', ...whatItIsAbout, young: ['description'], hidden: ['description'] },
  { name: 'Communication', ...whatItIsAbout, young: ['topic'], hidden: ['topic'] },
  { name: 'EpisodeOfCare', ...whatItIsAbout, young: [], hidden: ['careManager'] },
  { name: 'Device', ...freeText, closedToAids: false, hidden: ['deviceName', 'note'] },
  { name: 'MedicationDispense', ...freeText, pharmacist: [], hidden: ['device', 'note'] },
  {
    ...{ name: 'QuestionnaireResponse', closedToAids: true, young: ['valueString'] },
    ...{ assistant: ['valueString'], secretary: ['valueString'], pharmacist: ['valueString'] },
    hidden: ['author', 'source', 'valueString'],
  },
  {
    ...{ name: 'DetectedIssue', closedToAids: true, young: ['detail', 'note'] },
    ...{ assistant: ['detail', 'note'], secretary: ['detail', 'note'] },
    ...{ pharmacist: ['detail', 'note'], hidden: ['detail', 'note'] },
  },
  {
    ...{ name: 'RelatedPerson', ...whatItIsAbout, young: [], hidden: ['telecom'] },
    ofPatientAlone: true,
  },
  {
    ...{ name: 'DocumentReference', closedToAids: true, hidden: ['description', 'text'] },
    ...{ assistant: ['description', 'text'], secretary: ['description', 'text'] },
    ...{ pharmacist: ['description', 'text'], young: ['description', 'securityLabel', 'text'] },
  },
  {
    ...{ name: 'MedicationStatement', closedToAids: true, hidden: ['note'] },
    ...{ assistant: ['note', 'reasonCode'], secretary: ['note', 'reasonCode'] },
    ...{ pharmacist: [], young: ['note', 'reasonCode'] },
  },
  { name: 'ClinicalImpression', closedToAids: true, ...ownWords },
  { name: 'Encounter', ...whatItIsAbout, young: ['location'], hidden: ['location'] },
]
