import { createHash, randomBytes } from 'node:crypto'

/** State, nonce, and proof key for code exchange (RFC 7636, S256), each 256 random bits. */
export function newSecrets(): {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly codeChallenge: string
} {
  const codeVerifier = random()
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  return { state: random(), nonce: random(), codeVerifier, codeChallenge }
}

function random(): string {
  return randomBytes(32).toString('base64url')
}
