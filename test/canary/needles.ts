/** One thing to look for, in one of the forms in which memory and files may hold it. */
export interface Needle {
  /** What it is, for a report: never the canary itself. */
  readonly name: string
  readonly bytes: Buffer
}

/**
 * The forms of a text: UTF-8 (which is also how V8 keeps plain ASCII), V8's two-byte strings, base64 at each of its three
 * alignments, hexadecimal. `text` must be ASCII, so that its Latin-1 form is its UTF-8 form.
 */
export function needlesOf(name: string, text: string): readonly Needle[] {
  const bytes = Buffer.from(text, 'latin1')
  const forms: (readonly [string, Buffer])[] = [
    ['text', bytes],
    ['two-byte text', Buffer.from(text, 'utf16le')],
    ['hexadecimal', Buffer.from(bytes.toString('hex'), 'latin1')],
    ...[0, 1, 2].map((lead) => [`base64 + ${lead}`, inBase64(bytes, lead)] as const),
  ]
  return forms.map(([form, found]) => ({ name: `${name} (${form})`, bytes: found }))
}

/** What of a text stands in base64 for certain, when `lead` bytes precede it and any may follow. */
function inBase64(bytes: Buffer, lead: number): Buffer {
  const padded = Buffer.concat([Buffer.alloc(lead), bytes])
  const whole = Math.floor((padded.length * 8) / 6)
  const certain = padded.toString('base64').slice(Math.ceil((lead * 8) / 6), whole)
  if (/[+/]/.test(certain)) throw new RangeError('base64 and base64url of this canary differ')
  return Buffer.from(certain, 'latin1')
}
