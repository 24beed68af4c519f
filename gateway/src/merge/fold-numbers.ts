/** Numbers folded into what can be merged with other folds without losing digits. */
export interface Fold {
  readonly count: number
  readonly mean: number
  /** Sum of squared differences from the mean (M2). Sums of squares would cancel (feasibility.md F2). */
  readonly squares: number
  readonly minimum: number
  readonly maximum: number
}

/** Folds numbers by Welford's method; undefined where there are none. */
export function foldOf(values: readonly number[]): Fold | undefined {
  const [first] = values
  if (first === undefined) return undefined
  let [mean, squares, minimum, maximum] = [0, 0, first, first]
  for (const [index, value] of values.entries()) {
    const before = value - mean
    mean += before / (index + 1)
    squares += before * (value - mean)
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
  }
  return { count: values.length, mean, squares, minimum, maximum }
}

/** One fold of two (Chan, Golub and LeVeque 1979). */
export function mergeFolds(a: Fold, b: Fold): Fold {
  const count = a.count + b.count
  const apart = b.mean - a.mean
  return {
    count,
    mean: a.mean + apart * (b.count / count),
    squares: a.squares + b.squares + apart * apart * ((a.count * b.count) / count),
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  }
}

/** Sample standard deviation (divisor n − 1); null below two numbers. */
export const standardDeviation = ({ count, squares }: Fold): number | null =>
  count < 2 ? null : Math.sqrt(squares / (count - 1))
