// Strings are matched in runs: an alternative for each character would exhaust the engine's stack on a long one.
const TOKEN = /\s*("[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+)/y

/**
 * The texts of a Bundle's entries, as they stand in the file: parsing and writing them again would lose the decimals of
 * numbers (7.0 → 7). `bundle` must be JSON.
 */
export function entryTexts(bundle: string): readonly string[] {
  const texts: string[] = []
  let depth = 0
  let start = 0
  let member: string | undefined
  let expectsName = false
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(bundle); found; found = TOKEN.exec(bundle)) {
    const token = found[1] ?? ''
    if (token === '{' || token === '[') {
      depth++
      expectsName = depth === 1
      if (depth === 3) start = TOKEN.lastIndex - 1
    } else if (token === '}' || token === ']') {
      if (depth === 3 && member === '"entry"') texts.push(bundle.slice(start, TOKEN.lastIndex))
      depth--
    } else if (token === ',') {
      expectsName = depth === 1
    } else if (expectsName) {
      member = token
      expectsName = false
    }
  }
  return texts
}
