/** Namespaces of DCAT-AP-NO 3 (https://data.norge.no/specification/dcat-ap-no). */
export const prefixes = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  eli: 'http://data.europa.eu/eli/ontology#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  adms: 'http://www.w3.org/ns/adms#',
} as const

const eu = 'http://publications.europa.eu/resource/authority'

/** Terms of the EU's authority tables, which the profile asks for. */
export const authority = {
  health: `${eu}/data-theme/HEAL`,
  /** Duty of confidentiality: open to those who have a ground alone. */
  nonPublic: `${eu}/access-right/NON_PUBLIC`,
  json: `${eu}/file-type/JSON`,
  norway: `${eu}/country/NOR`,
  norwegian: `${eu}/language/NOB`,
  english: `${eu}/language/ENG`,
  status: {
    ACTIVE: `${eu}/distribution-status/COMPLETED`,
    DRAINING: `${eu}/distribution-status/DEPRECATED`,
    PAUSED: `${eu}/distribution-status/WITHDRAWN`,
  },
} as const

/** An organisation's place in the Central Coordinating Register [Enhetsregisteret]. */
export const registered = (number: string): string =>
  `https://data.brreg.no/enhetsregisteret/api/enheter/${number}`

/** What people call a class of data; a class without a name here goes by that of FHIR. */
const classNames: Readonly<Record<string, { readonly nb: string; readonly en: string }>> = {
  Observation: { nb: 'Målinger', en: 'Measurements' },
  CarePlan: {
    nb: 'Behandlings- og egenbehandlingsplaner',
    en: 'Treatment and self-treatment plans',
  },
  QuestionnaireResponse: { nb: 'Skjemasvar', en: 'Answers to questionnaires' },
  AuditEvent: { nb: 'Innsynslogg', en: 'Access log' },
}

export const classNameOf = (dataClass: string): { readonly nb: string; readonly en: string } =>
  classNames[dataClass] ?? { nb: dataClass, en: dataClass }
