/** Most bytes of text that are kept of one document. A note fits in; what is longer is read where it was written. */
export const MOST_TEXT_BYTES = 16_384

interface Sent {
  readonly contentType?: string | undefined
  readonly data?: string | undefined
}

/** The words of an attachment that is plain text and stands in the document itself. Undefined: it is none that can be shown. */
export function wordsOf({ contentType = '', data }: Sent): string | undefined {
  if (data === undefined || !isPlain(contentType)) return undefined
  try {
    return STRICT.decode(Buffer.from(data, 'base64'))
  } catch {
    return undefined
  }
}

/** Bytes without a character would be shown as another text than was written. */
const STRICT = new TextDecoder('utf-8', { fatal: true })

/** Other forms may hold scripts, pictures or addresses; another character set would be guessed. */
const isPlain = (contentType: string): boolean =>
  /^text\/plain(\s*;\s*charset="?(utf-8|us-ascii)"?)?$/i.test(contentType.trim())

/** Bytes of base64, whatever spaces are in it. */
export const bytesOf = (data: string): number => Buffer.from(data, 'base64').length
