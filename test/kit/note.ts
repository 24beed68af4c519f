/**
 * Tells figures of a test of the reference by its id, for people. Those that depend on the machine are compared by no test.
 * @example note('T2', { refused: 96, accepted: 29 })
 */
export function note(id: string, figures: Readonly<Record<string, number>>): void {
  const words = Object.entries(figures).map(
    ([name, value]) => `${name} ${Math.round(value * 10) / 10}`,
  )
  process.stderr.write(`${id}: ${words.join(', ')}\n`)
}
