/** The value below which this share of the values lies. */
export function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => at(values, 0.5)

/** Three significant digits say as much as the measurement does. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
