/** Eleven digits in a row, also when split as `ddmmyy nnnnn`: the written forms of a Norwegian identity number. */
const IDENTITY_NUMBER = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/g

/** Replaces everything that could be a national identity number. For texts that quote what a caller sent. */
export function redactNumbers(text: string): string {
  return text.replace(IDENTITY_NUMBER, '[number]')
}
