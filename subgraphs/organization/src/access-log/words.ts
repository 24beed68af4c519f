import { resourceClasses } from '../classes/index.js'

/** Languages of plain words: `Language` of the contract. */
export type Language = 'NB' | 'EN'

/** What one thing is called in each language. */
export type Words = Readonly<Record<Language, string>>

const words = (nb: string, en: string): Words => ({ NB: nb, EN: en })

/** Code system 9060, categories of health personnel. */
export const roles: Readonly<Record<string, Words>> = {
  AA: words('ambulansearbeider', 'ambulance worker'),
  AT: words('apotektekniker', 'pharmacy technician'),
  AU: words('audiograf', 'audiologist'),
  BI: words('bioingeniør', 'biomedical laboratory scientist'),
  ET: words('ergoterapeut', 'occupational therapist'),
  FA1: words('provisorfarmasøyt', 'pharmacist'),
  FA2: words('reseptarfarmasøyt', 'prescription pharmacist'),
  FB: words('fiskehelsebiolog', 'fish health biologist'),
  FO: words('fotterapeut', 'podiatrist'),
  FT: words('fysioterapeut', 'physiotherapist'),
  HE: words('helsesekretær', 'health secretary'),
  HF: words('helsefagarbeider', 'health care worker'),
  HP: words('hjelpepleier', 'auxiliary nurse'),
  JO: words('jordmor', 'midwife'),
  KE: words('klinisk ernæringsfysiolog', 'clinical dietitian'),
  KI: words('kiropraktor', 'chiropractor'),
  LE: words('lege', 'doctor'),
  MT: words('manuellterapeut', 'manual therapist'),
  NP: words('naprapat', 'naprapath'),
  OA: words('omsorgsarbeider', 'care worker'),
  OI: words('ortopediingeniør', 'orthopaedic engineer'),
  OP: words('optiker', 'optometrist'),
  OR: words('ortoptist', 'orthoptist'),
  OS: words('osteopat', 'osteopath'),
  PE: words('perfusjonist', 'perfusionist'),
  PM: words('paramedisiner', 'paramedic'),
  PS: words('psykolog', 'psychologist'),
  RA: words('radiograf', 'radiographer'),
  SP: words('sykepleier', 'nurse'),
  TH: words('tannhelsesekretær', 'dental secretary'),
  TL: words('tannlege', 'dentist'),
  TP: words('tannpleier', 'dental hygienist'),
  TT: words('tanntekniker', 'dental technician'),
  VE: words('veterinær', 'veterinary surgeon'),
  VP: words('vernepleier', 'social educator'),
  XX: words('ukjent yrke', 'unknown profession'),
}

/** HL7 v3 PurposeOfUse, as the end of a sentence. */
export const purposes: Readonly<Record<string, Words>> = {
  TREAT: words('for å gi behandling', 'to give treatment'),
  ETREAT: words('for å gi øyeblikkelig hjelp', 'to give emergency treatment'),
  COC: words('for å samordne tjenester', 'to coordinate services'),
  BTG: words('med nødrett', 'under break-glass'),
  PATRQT: words('for eget innsyn', 'for their own access'),
  FAMRQT: words('som forelder eller verge', 'as parent or guardian'),
  PWATRNY: words('med fullmakt', 'under a power of attorney'),
}

/** Classes of data. */
export const classes: Readonly<Record<string, Words>> = {
  Observation: words('målinger og vurderinger', 'measurements and assessments'),
  Patient: words('navn', 'name'),
  ...Object.fromEntries(resourceClasses.map((one) => [one.name, one.words])),
  AuditEvent: words('innsynslogg', 'access log'),
}

/** Why nothing, or not all, was given out: `ReasonCode` of the contract, and codes of errors. */
export const reasons: Readonly<Record<string, Words>> = {
  AGE: words('alderen til pasienten', 'the age of the patient'),
  ATTEST: words('attesten holdt ikke', 'the attest did not hold'),
  BLOCKS_UNKNOWN: words('sperringer kunne ikke undersøkes', 'blocks could not be looked up'),
  CONFIDENTIAL: words('opplysningene er skjermet', 'the data are confidential'),
  DELEGATION: words('leverandøren har ikke fullmakt', 'the supplier has no delegation'),
  NO_AGREEMENT: words('det finnes ingen avtale', 'there is no agreement'),
  NO_SOURCE_ANSWERED: words('ingen organisasjon svarte', 'no organisation answered'),
  NOT_REPRESENTED: words('det finnes ingen fullmakt', 'there is no representation'),
  OBJECTION: words('pasienten har sperret', 'the patient objects'),
  POLICY: words('regler for tilgang', 'access rules'),
  POLICY_UNAVAILABLE: words('reglene kunne ikke leses', 'the rules could not be read'),
  PURPOSE: words('formålet gir ikke tilgang', 'the purpose gives no access'),
  ROLE: words('rollen gir ikke tilgang', 'the role gives no access'),
  SECURITY_LEVEL: words('innloggingen var ikke sikker nok', 'the sign-in was not secure enough'),
  SOURCE_FAILED: words('teknisk feil', 'a technical fault'),
}

/** Of a code that no table has. */
export const wordsOf = (
  table: Readonly<Record<string, Words>>,
  code: string,
  language: Language,
): string => (Object.hasOwn(table, code) ? (table[code]?.[language] ?? code) : code)

/**
 * The sentence, by log and outcome. In braces: who asked, the log's organisation, what was asked for, how much, why. `GATEWAY`
 * tells of several organisations, the others of the log's own.
 */
export const sentences = {
  ORGANIZATION: {
    READ: words(
      '{who} fikk se {classes}{rows} hos {log}{why}.',
      '{who} was shown {classes}{rows} at {log}{why}.',
    ),
    EMPTY: words(
      '{who} spurte etter {classes} hos {log}, som ikke ga ut noe{why}.',
      '{who} asked for {classes} at {log}, which gave nothing out{why}.',
    ),
    REFUSED: words(
      '{who} spurte etter {classes} hos {log} og fikk avslag{reason}.',
      '{who} asked for {classes} at {log} and was refused{reason}.',
    ),
    BLOCKED: words(
      '{who} spurte etter {classes} hos {log}, men pasienten har sperret.',
      '{who} asked for {classes} at {log}, but the patient objects.',
    ),
    BREAK_GLASS: words(
      '{who} brukte nødrett hos {log} for å se {classes}{rows}{why}. Bruken blir gjennomgått.',
      '{who} broke the glass at {log} to see {classes}{rows}{why}. The use is reviewed.',
    ),
    FAILED: words(
      '{who} spurte etter {classes} hos {log}, men noe sviktet og ingenting ble gitt ut{reason}.',
      '{who} asked for {classes} at {log}, but something failed and nothing was given out{reason}.',
    ),
    WRITTEN: words(
      '{log} tok imot {classes}{rows} fra {who}.',
      '{log} took in {classes}{rows} from {who}.',
    ),
  },
  GATEWAY: {
    READ: words(
      '{who} spurte gjennom {log} etter {classes} og fikk se noe{rows} fra {sources}{why}.',
      '{who} asked through {log} for {classes} and was shown something{rows} from {sources}{why}.',
    ),
    EMPTY: words(
      '{who} spurte gjennom {log} etter {classes}; ingen ga ut noe{why}.',
      '{who} asked through {log} for {classes}; nobody gave anything out{why}.',
    ),
    REFUSED: words(
      '{who} spurte gjennom {log} etter {classes} og fikk avslag{reason}.',
      '{who} asked through {log} for {classes} and was refused{reason}.',
    ),
    BLOCKED: words(
      '{who} spurte gjennom {log} etter {classes}, men pasienten har sperret.',
      '{who} asked through {log} for {classes}, but the patient objects.',
    ),
    BREAK_GLASS: words(
      '{who} brukte nødrett gjennom {log} for å se {classes}{rows}{why}. Bruken blir gjennomgått.',
      '{who} broke the glass through {log} to see {classes}{rows}{why}. The use is reviewed.',
    ),
    FAILED: words(
      '{who} spurte gjennom {log} etter {classes}, men noe sviktet og ingenting ble gitt ut{reason}.',
      '{who} asked through {log} for {classes}, but something failed and nothing was given out{reason}.',
    ),
    WRITTEN: words('{log} tok imot {classes} fra {who}.', '{log} took in {classes} from {who}.'),
  },
} as const

/** Pieces of the sentence. */
export const pieces = {
  patient: words('Pasienten', 'The patient'),
  self: words('Du', 'You'),
  representative: words('{name}, på vegne av pasienten,', '{name}, on behalf of the patient,'),
  someRepresentative: words(
    'En som representerer pasienten',
    'Somebody who represents the patient',
  ),
  somebody: words('Noen', 'Somebody'),
  system: words('et system ({client})', 'a system ({client})'),
  systemAt: words('{organization} ({client})', '{organization} ({client})'),
  at: words(' ved {organization}', ' at {organization}'),
  role: words(' ({role})', ' ({role})'),
  why: words(', {purpose}', ', {purpose}'),
  decision: words(' ({decision})', ' ({decision})'),
  reason: words(': {reason}', ': {reason}'),
  row: words(' (1 rad)', ' (1 row)'),
  rows: words(' ({count} rader)', ' ({count} rows)'),
  and: words(' og ', ' and '),
  nobody: words('ingen', 'nobody'),
  something: words('opplysninger', 'data'),
  unknownOrganization: words('en ukjent organisasjon', 'an unknown organisation'),
} as const satisfies Readonly<Record<string, Words>>
