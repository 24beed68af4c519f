// Strings are matched in runs: an alternative for each character would exhaust the engine's stack on a long one.
const TOKEN = /\s*("[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+)/y
const STRING_OR_BRACKET = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g

/**
 * The texts of `entry[n].resource` of a Bundle, as they were sent: parsing and writing them again would lose the decimals
 * of numbers (7.0 → 7). Undefined for an entry without a resource object. What is kept is parsed from these very texts,
 * so that nothing can be kept that was not checked. `bundle` must be JSON.
 */
export function resourceTexts(bundle: string): readonly (string | undefined)[] {
  const texts: (string | undefined)[] = []
  // Names of the members that lead to the present place, by depth: 1 the Bundle, 2 its entries, 3 an entry, 4 a resource.
  const names: (string | undefined)[] = []
  let depth = 0
  let start = 0
  let expectsName = false
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(bundle); found; found = TOKEN.exec(bundle)) {
    const token = found[1] ?? ''
    if (token === '{' || token === '[') {
      depth++
      names[depth] = undefined
      expectsName = token === '{'
      if (depth === 3 && names[1] === '"entry"') texts.push(undefined)
      if (depth === 4) start = TOKEN.lastIndex - 1
    } else if (token === '}' || token === ']') {
      if (depth === 4 && names[1] === '"entry"' && names[3] === '"resource"') {
        texts[texts.length - 1] = bundle.slice(start, TOKEN.lastIndex)
      }
      depth--
      expectsName = false
    } else if (token === ',') {
      expectsName = names[depth] !== undefined
    } else if (expectsName && token !== ':') {
      names[depth] = token
      expectsName = false
    }
  }
  return texts
}

/** True where objects and lists lie deeper than `limit` in a JSON text: told without parsing it. */
export function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0
  for (const [token] of json.matchAll(STRING_OR_BRACKET)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    if (depth > limit) return true
  }
  return false
}
