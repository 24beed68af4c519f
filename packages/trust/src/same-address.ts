/**
 * Whether a proof's `htu` names the service's own address. Query and fragment do not count, and both are normalised first
 * (RFC 9449 §4.3; RFC 3986 §6.2.2 and §6.2.3): case of scheme and host, default port, dot segments, percent-encoding.
 */
export function sameAddress(htu: unknown, own: string): boolean {
  if (typeof htu !== 'string') return false
  const claimed = normalize(htu)
  return claimed !== undefined && isUri(htu) && claimed === normalize(own)
}

/** Scheme, host and what follows in the characters of a URI (RFC 3986 §2); backslashes are none. */
const written = /^https?:\/\/([^/?#@\\]+?)(?::\d*)?(?:[/?#][!-[\]-~]*)?$/i

/**
 * The parser is made for what people type into browsers: it takes backslashes, white space, too few slashes and other ways
 * to write a number of a host, and no two parsers agree on those.
 */
function isUri(text: string): boolean {
  return written.exec(text)?.[1]?.toLowerCase() === new URL(text).hostname
}

function normalize(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:'
  if (!isHttp || url.username !== '' || url.password !== '') return undefined
  return url.origin + normalizeEscapes(url.pathname)
}

const unreserved = /^[\w.~-]$/

function normalizeEscapes(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return unreserved.test(character) ? character : encoded.toUpperCase()
  })
}
