const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENS: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSES: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * Whether JSON (UTF-8) has more levels of lists and objects than `most`. Looked at before it is parsed: what walks through values later calls
 * itself for each level. Of what is no JSON any answer may be given.
 */
export function isDeeperThan(most: number, json: Uint8Array): boolean {
  let levels = 0
  let inText = false
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0
    if (inText) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (OPENS.has(byte)) {
      levels += 1
      if (levels > most) return true
    } else if (CLOSES.has(byte)) levels -= 1
  }
  return false
}
