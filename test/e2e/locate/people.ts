const FIRST = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const SECOND = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

/** So many different synthetic identity numbers (month + 80), with right check digits. Nobody has them. */
export function people(count: number): readonly string[] {
  const found: string[] = []
  for (let serial = 0; found.length < count; serial += 1) {
    const number = numberOf(serial)
    if (number !== undefined) found.push(number)
  }
  return found
}

function numberOf(serial: number): string | undefined {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = (serial % 28) + 1
  const month = (Math.floor(serial / 28) % 12) + 81
  const year = Math.floor(serial / 336) % 100
  const individual = Math.floor(serial / 33_600) % 500
  const body = `${two(day)}${two(month)}${two(year)}${String(individual).padStart(3, '0')}`
  const first = checkDigit(body, FIRST)
  const second = checkDigit(`${body}${first}`, SECOND)
  return first < 10 && second < 10 ? `${body}${first}${second}` : undefined
}

const checkDigit = (digits: string, weights: readonly number[]): number =>
  (11 - (weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11)) % 11
