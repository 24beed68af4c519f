import type { Extension, Identifier, RelatedPerson } from 'fhir/r4.js'

/** Every number of a person in Norway is under it: national identity number, D-number, FH number, HPR. */
const PERSON_NUMBERS = /^(?:urn:oid:)?2\.16\.578\.1\.12\.4\.1\.4\.(?:[1-5]|3\.\d+)$/
const GRADING = 'http://ehelse.no/fhir/CodeSystem/gd-address-confidentiality'
const OPEN = 'ugradert'

/**
 * What is kept of somebody's next of kin: who it is, what to the patient, how to reach them. They are no patients of anybody here:
 * neither their numbers nor where they live, or when they were born, are of use to whoever treats, so none of it is kept.
 */
export function keptOf(sent: RelatedPerson): RelatedPerson {
  const { resourceType, id, meta, active, patient, relationship, name } = sent
  const { telecom, period, communication, identifier = [] } = sent
  const own = identifier.filter((one) => !isPersonNumber(one))
  return {
    ...{ resourceType, patient },
    ...(id !== undefined && { id }),
    ...(meta && { meta }),
    ...(own.length > 0 && { identifier: own }),
    ...(active !== undefined && { active }),
    ...(relationship && { relationship }),
    ...(name && { name }),
    // Whose address is confidential must not be found by a telephone number either.
    ...(telecom && !isGraded(sent) && { telecom }),
    ...(period && { period }),
    ...(communication && { communication }),
  }
}

/** Also one that has the form of one and says no system: nobody can tell it from one. */
const isPersonNumber = ({ system, value = '' }: Identifier): boolean =>
  (system !== undefined && PERSON_NUMBERS.test(system)) || /\d{11}/.test(value.replace(/\s/g, ''))

/** By base data's grading of the address [adressegradering], which stands as a label or with an address. */
function isGraded({ meta, address = [] }: RelatedPerson): boolean {
  const labels = (meta?.security ?? []).filter(({ system }) => system === GRADING)
  const codes = address.flatMap(({ extension = [] }) => gradingsIn(extension))
  return [...labels.map(({ code }) => code), ...codes].some((code) => code !== OPEN)
}

const gradingsIn = (extensions: readonly Extension[]): readonly (string | undefined)[] =>
  extensions.flatMap(({ url, valueCode, valueString, extension = [] }) =>
    /confidentiality$/.test(url) ? [valueCode ?? valueString] : gradingsIn(extension),
  )
