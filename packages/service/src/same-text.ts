import { timingSafeEqual } from 'node:crypto'

/**
 * Whether what a sender gave is a text that only who knows it could give: a MAC, a nonce, a digest of a token. How long it takes tells
 * how long the texts are, and nothing of what stands in them (OWASP ASVS 5.0, 11.2.4). Every such comparison is made here: a
 * test lists those that are not, with the reason (test/surface/constant-time.test.ts).
 * @param given of any type; what is no text is never the same
 */
export function isSameText(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
