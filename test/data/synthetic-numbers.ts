import { parsePatientIdentifier } from '@kilde/contract'

/** Synthetic national identity numbers (birth month + 80): valid, and nobody's. Always the same ones in the same order. */
export function syntheticNumbers(count: number): readonly string[] {
  const numbers: string[] = []
  for (let born = 0; numbers.length < count; born++) {
    const day = String((born % 28) + 1).padStart(2, '0')
    const month = String((Math.floor(born / 28) % 12) + 81)
    const year = String(30 + (Math.floor(born / 336) % 60))
    const number = completed(`${day}${month}${year}`, 100 + (born % 399))
    if (number !== undefined) numbers.push(number)
  }
  return numbers
}

/** With the two check digits (modulus 11), where these exist. */
function completed(birth: string, individual: number): string | undefined {
  const nine = `${birth}${individual}`
  const first = checkDigit(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2])
  const second = checkDigit(`${nine}${first}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
  if (first === 10 || second === 10) return undefined
  return parsePatientIdentifier(`${nine}${first}${second}`).value
}

function checkDigit(digits: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return (11 - (sum % 11)) % 11
}
