const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2]

/** Well-formed organisation numbers (control digit by modulus 11) from `first` (8 digits) on, in their order. */
export function* organizationNumbers(first: number): Generator<string, never> {
  for (let base = first; ; base++) {
    const digits = String(base)
    const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
    const control = (11 - (sum % 11)) % 11
    // No number begins with digits whose control digit would be 10.
    if (control < 10) yield `${digits}${control}`
  }
}
