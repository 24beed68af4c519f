import { tokensOf } from '../measures.js'
import type { RelatedPersonElements } from './elements.js'

type Relationship = NonNullable<RelatedPersonElements['relationship']>[number]

const ROLE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode'
const CONTACT = 'http://terminology.hl7.org/CodeSystem/v2-0131'
const FAMILY = 'http://hl7.no/fhir/CodeSystem/no-basis-family-relation'
const GUARDIAN = 'http://ehelse.no/fhir/CodeSystem/gd-person-guardiantype'
const GUARDIANSHIP = /\/gd-guardianship$/

const NEAREST = new Set([`${CONTACT}|N`, `${ROLE}|NOK`])
const EMERGENCY = new Set([`${CONTACT}|C`, `${ROLE}|ECON`])
const ATTORNEYS = ['GUARD', 'HPOWATT', 'POWATT', 'DPOWATT', 'SPOWATT'].map(
  (code) => `${ROLE}|${code}`,
)
const PARENTS = ['mor', 'far', 'medmor'].map((code) => `${FAMILY}|${code}`)
const PARENTS_BY_ROLE = ['PRN', 'MTH', 'FTH', 'NMTH', 'NFTH', 'ADOPTP', 'STPPRN', 'PRNFOST'].map(
  (code) => `${ROLE}|${code}`,
)

/** By codes alone: what is written beside one is for people to read. */
export function rolesOf({ relationship = [] }: RelatedPersonElements): readonly string[] {
  const told = tokensOf(relationship)
  const has = (codes: Iterable<string>): boolean => [...codes].some((code) => told.includes(code))
  const isGuardian = told.some((code) => code.startsWith(`${GUARDIAN}|`)) || has(ATTORNEYS)
  return [
    ...(has(NEAREST) ? ['NEAREST'] : []),
    ...(has(EMERGENCY) ? ['EMERGENCY_CONTACT'] : []),
    ...(isGuardian ? ['LEGAL_REPRESENTATIVE'] : []),
    ...(has([...PARENTS, ...PARENTS_BY_ROLE]) ? ['PARENT'] : []),
  ]
}

/** What a guardian is for: codes of `gd-person-guardianscope`, in the order of the source. */
export const scopesOf = ({ relationship = [] }: RelatedPersonElements): readonly string[] => [
  ...new Set(relationship.flatMap(scopesIn)),
]

const scopesIn = ({ extension = [] }: Relationship): readonly string[] =>
  extension
    .filter(({ url }) => GUARDIANSHIP.test(url))
    .flatMap((one) => one.extension ?? [])
    .filter(({ url }) => url === 'scope')
    .flatMap(({ valueCoding, valueCode }) => valueCoding?.code ?? valueCode ?? [])
