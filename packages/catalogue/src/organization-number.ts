import { z } from 'zod'

const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2]

/** 9 digits of the Norwegian register of legal entities; the last is a check digit (modulus 11, weights 3 2 7 6 5 4 3 2). */
export const OrganizationNumber = z
  .string()
  .refine(isOrganizationNumber, 'is no organisation number: 9 digits, the last a check digit')

export function isOrganizationNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(text[place]), 0)
  // A remainder of 1 would need the check digit 10: such numbers are not given out.
  return (11 - (sum % 11)) % 11 === Number(text[8])
}
