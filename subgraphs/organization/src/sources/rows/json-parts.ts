const STRING_OR_STRUCTURE = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g
const NAME = /^("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*/

/** The items of a JSON list as they were written: parsing and writing them again would lose the decimals of numbers. */
export function itemsOf(json: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of json.matchAll(STRING_OR_STRUCTURE)) {
    if (token === '{' || token === '[') {
      depth++
      if (depth === 1) start = index + 1
    } else if (token === ',') {
      if (depth !== 1) continue
      parts.push(json.slice(start, index))
      start = index + 1
    } else if (token === '}' || token === ']') {
      depth--
      if (depth === 0) parts.push(json.slice(start, index))
    }
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** The members of a JSON object, each value as it was written. Of a name that stands twice the last, as JSON.parse has it. */
export function membersOf(json: string): ReadonlyMap<string, string> {
  return new Map(
    itemsOf(json).map((part) => {
      const [whole = '', name = '""'] = NAME.exec(part) ?? []
      return [JSON.parse(name) as string, part.slice(whole.length)]
    }),
  )
}

/** A JSON object of texts that are JSON themselves. */
export const objectOf = (members: Iterable<readonly [string, string]>): string =>
  `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`
