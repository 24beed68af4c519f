/** Kinds of person number that may cross organisations, by their FHIR system (target-architecture B1). */
export const identifierSystems = {
  nationalIdentityNumber: 'urn:oid:2.16.578.1.12.4.1.4.1',
  dNumber: 'urn:oid:2.16.578.1.12.4.1.4.2',
  commonHelpNumber: 'urn:oid:2.16.578.1.12.4.1.4.3',
} as const

export interface PatientIdentifier {
  readonly system: (typeof identifierSystems)[keyof typeof identifierSystems]
  /** 11 digits. */
  readonly value: string
}

/** What is wrong with an identifier. Fixed words: the number itself is never repeated. */
export type IdentifierFault =
  | 'NOT_ELEVEN_DIGITS'
  | 'CHECK_DIGITS'
  | 'NOT_A_DATE'
  | 'LOCAL_HELP_NUMBER'
  | 'UNKNOWN_SYSTEM'
  | 'SYSTEM_DOES_NOT_FIT'

export const identifierFaults: Readonly<Record<IdentifierFault, string>> = {
  NOT_ELEVEN_DIGITS: 'A patient identifier has 11 digits, bare or as `system|value`.',
  CHECK_DIGITS: 'The check digits of the patient identifier are wrong.',
  NOT_A_DATE: 'The first six digits of the patient identifier are no date of birth.',
  LOCAL_HELP_NUMBER:
    'This is a local help number: it is unique inside one organisation only and cannot be shared.',
  UNKNOWN_SYSTEM: 'The system of the patient identifier is not known.',
  SYSTEM_DOES_NOT_FIT: 'The system of the patient identifier does not fit its number.',
}

export class InvalidPatientIdentifier extends Error {
  readonly fault: IdentifierFault
  constructor(fault: IdentifierFault) {
    super(identifierFaults[fault])
    this.name = 'InvalidPatientIdentifier'
    this.fault = fault
  }
}

/**
 * Reads an identifier in FHIR token form, `system|value`, or as bare 11 digits, whose kind is detected.
 * Check digits hold by today's rule or by that of 2032. Nothing else is known then: not that the person exists.
 * @throws InvalidPatientIdentifier with a fault that says what is wrong and never repeats the number.
 */
export function parsePatientIdentifier(text: unknown): PatientIdentifier {
  if (typeof text !== 'string' || text.length > 100)
    throw new InvalidPatientIdentifier('NOT_ELEVEN_DIGITS')
  const bar = text.lastIndexOf('|')
  const value = text.slice(bar + 1)
  if (!/^\d{11}$/.test(value)) throw new InvalidPatientIdentifier('NOT_ELEVEN_DIGITS')
  const system = kindOfNumber(value)
  if (!hasValidCheckDigits(value)) throw new InvalidPatientIdentifier('CHECK_DIGITS')
  if (bar >= 0) requireSystem(text.slice(0, bar), system)
  return { system, value }
}

/** `system|value`: the one spelling for keys, digests and variables. */
export function identifierToken(identifier: {
  readonly system: string
  readonly value: string
}): string {
  return `${identifier.system}|${identifier.value}`
}

function requireSystem(given: string, detected: PatientIdentifier['system']): void {
  const known: readonly string[] = Object.values(identifierSystems)
  if (!known.includes(given)) throw new InvalidPatientIdentifier('UNKNOWN_SYSTEM')
  if (given !== detected) throw new InvalidPatientIdentifier('SYSTEM_DOES_NOT_FIT')
}

/**
 * Day + 40 marks a D-number; first digit 8 or 9 a common help number (HIS 1001). Month + 40 marks a local help number;
 * + 65 and + 80 mark synthetic test numbers of the national registry and of Tenor.
 */
function kindOfNumber(value: string): PatientIdentifier['system'] {
  if (value >= '8') return identifierSystems.commonHelpNumber
  const day = Number(value.slice(0, 2))
  const month = Number(value.slice(2, 4))
  if (month > 40 && month <= 52) throw new InvalidPatientIdentifier('LOCAL_HELP_NUMBER')
  if (!isDate(day > 40 ? day - 40 : day, plainMonth(month)))
    throw new InvalidPatientIdentifier('NOT_A_DATE')
  return day > 40 ? identifierSystems.dNumber : identifierSystems.nationalIdentityNumber
}

const plainMonth = (month: number): number =>
  month > 80 ? month - 80 : month > 65 ? month - 65 : month

// The century is not in the number alone, so a leap day is let through for every year.
const isDate = (day: number, month: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000, month, 0)).getUTCDate()

const FIRST_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]
const SECOND_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/** Modulus 11. From 2032 the first control sum may leave 0 to 3 (Skatteetaten, new identity numbers); the second must leave 0. */
function hasValidCheckDigits(value: string): boolean {
  return remainder(value, FIRST_WEIGHTS) <= 3 && remainder(value, SECOND_WEIGHTS) === 0
}

function remainder(value: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(value[index]), 0) % 11
}
