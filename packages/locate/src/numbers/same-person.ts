import { identifierSystems, type PatientIdentifier } from '@kilde/contract'

/**
 * Whether two numbers can be one person's by what they say themselves: both are made of the date of birth. A link across dates, or to
 * a help number, which tells none, would rest on base data's word alone.
 */
export function mayBeSame(one: PatientIdentifier, other: PatientIdentifier): boolean {
  const [first, second] = [birthDigits(one), birthDigits(other)]
  return first !== undefined && first === second
}

/** Day, month and year (6 digits), without what marks D-numbers (day + 40) and synthetic ones (month + 65, + 80). */
function birthDigits({ system, value }: PatientIdentifier): string | undefined {
  if (system === identifierSystems.commonHelpNumber) return undefined
  const day = Number(value.slice(0, 2))
  const month = Number(value.slice(2, 4))
  const plainDay = system === identifierSystems.dNumber ? day - 40 : day
  const plainMonth = month > 80 ? month - 80 : month > 65 ? month - 65 : month
  return `${plainDay}-${plainMonth}-${value.slice(4, 6)}`
}
