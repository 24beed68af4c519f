/** Numbers folded into what can be merged with other folds without losing digits. */
export interface Fold {
  readonly count: number
  readonly mean: number
  /** Sum of squared differences from the mean (M2). */
  readonly squares: number
  readonly minimum: number
  readonly maximum: number
}

/** Folds numbers (Welford's method, which does not cancel as sums of squares do). All 0 where there are none. */
export function foldOf(values: readonly number[]): Fold {
  let mean = 0
  let squares = 0
  let minimum = values[0] ?? 0
  let maximum = minimum
  values.forEach((value, index) => {
    const before = value - mean
    mean += before / (index + 1)
    squares += before * (value - mean)
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  })
  return { count: values.length, mean, squares, minimum, maximum }
}

/** Sample standard deviation (divisor n − 1); undefined below two numbers. */
export const standardDeviation = ({ count, squares }: Fold): number | undefined =>
  count < 2 ? undefined : Math.sqrt(squares / (count - 1))
