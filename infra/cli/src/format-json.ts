/** Longest list or object (characters) that is put on one line; the margin does not count. */
const WIDTH = 140

/** JSON for people: what fits stands on one line, so that a row of an answer is a row on the screen. */
export function formatJson(value: unknown): string {
  return format(value, '')
}

function format(value: unknown, margin: string): string {
  const line = oneLine(value)
  if (typeof value !== 'object' || value === null || line.length <= WIDTH) return line
  const inner = `${margin}  `
  const members = Array.isArray(value)
    ? value.map((item) => format(item, inner))
    : entriesOf(value).map(([name, member]) => `${JSON.stringify(name)}: ${format(member, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${inner}${members.join(`,\n${inner}`)}\n${margin}${close}`
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = entriesOf(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

const entriesOf = (value: object): readonly (readonly [string, unknown])[] =>
  Object.entries(value).filter(([, member]) => member !== undefined)
