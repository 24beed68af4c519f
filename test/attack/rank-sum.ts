/** How two samples lie to each other (Mann and Whitney 1947). */
export interface RankSum {
  /** How likely a value of the first is larger than one of the other, ties counted half: 0.5 tells nothing. */
  readonly share: number
  /** Standard deviations from 0.5, by the normal approximation; ties make it a little smaller than it is. */
  readonly z: number
}

export function rankSum(one: readonly number[], other: readonly number[]): RankSum {
  const all = [
    ...one.map((value) => ({ value, isOne: true })),
    ...other.map((value) => ({ value, isOne: false })),
  ].sort((a, b) => a.value - b.value)
  let ranks = 0
  for (let start = 0; start < all.length; ) {
    let end = start
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1
    // Equal values share the mean of their places, which are counted from 1.
    const rank = (start + 1 + end) / 2
    for (let at = start; at < end; at += 1) if (all[at]?.isOne) ranks += rank
    start = end
  }
  const [n, m] = [one.length, other.length]
  const larger = ranks - (n * (n + 1)) / 2
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12)
  return { share: larger / (n * m), z: (larger - (n * m) / 2) / deviation }
}
