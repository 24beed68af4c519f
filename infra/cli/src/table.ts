/**
 * Rows in columns as wide as their widest cell, two spaces apart; the last column is not padded. Empty without rows.
 * Width counts characters: no cell may hold colour codes.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paintHead: (text: string) => string = (text) => text,
): string {
  if (rows.length === 0) return ''
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cell.length))
      .join('  ')
      .trimEnd()
  return [paintHead(line(head)), ...rows.map(line)].map((text) => `${text}\n`).join('')
}
