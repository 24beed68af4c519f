// Strings are matched whole: what stands in them is no bracket and no comma.
const MARK = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g
const NAME = /^\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:/

/**
 * Members of a JSON object, each as it was written: parsing and writing again would lose the digits of numbers (7.0 → 7). Of a
 * name that stands twice the last counts, as with JSON.parse. `json` must be JSON, and an object.
 */
export function membersOf(json: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  for (const piece of piecesOf(json)) {
    const [head, name] = NAME.exec(piece) ?? []
    if (head !== undefined && name !== undefined) {
      members.set(JSON.parse(name) as string, piece.slice(head.length).trim())
    }
  }
  return members
}

/** Elements of a JSON list, each as it was written. `json` must be JSON; what is no list has none. */
export const elementsOf = (json: string): readonly string[] =>
  json.trimStart().startsWith('[') ? piecesOf(json).map((piece) => piece.trim()) : []

function piecesOf(json: string): readonly string[] {
  const pieces: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: mark, index } of json.matchAll(MARK)) {
    if (mark === '{' || mark === '[') {
      depth += 1
      if (depth === 1) start = index + 1
    } else if (mark === '}' || mark === ']') {
      depth -= 1
      if (depth === 0) pieces.push(json.slice(start, index))
    } else if (mark === ',' && depth === 1) {
      pieces.push(json.slice(start, index))
      start = index + 1
    }
  }
  return pieces.length === 1 && pieces[0]?.trim() === '' ? [] : pieces
}
