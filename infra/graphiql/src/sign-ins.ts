import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** A sign-in under way. Lives in this process only, between the pushed request and the token. */
export interface SignIn {
  readonly state: string
  /** Expected in the identity token. */
  readonly nonce: string
  readonly codeVerifier: string
  /** Set when the identity service has sent the user back. */
  readonly outcome?: { readonly code: string } | { readonly problem: string }
}

export interface SignIns {
  /** Remembers the sign-in; answers the secret that only this browser's cookie holds. */
  begin(signIn: SignIn): string
  find(secret: string | undefined): SignIn | undefined
  update(secret: string, signIn: SignIn): void
  end(secret: string | undefined): void
}

/** How long a user may take to sign in (milliseconds): 10 minutes. */
export const signInLifetimeMs = 600_000
const capacity = 1_000

export function createSignIns(o: { readonly now: () => number }): SignIns {
  const signIns = new LRUCache<string, SignIn>({
    max: capacity,
    ttl: signInLifetimeMs,
    ttlResolution: 0,
    perf: o,
  })
  return {
    begin(signIn) {
      const secret = randomBytes(32).toString('base64url')
      signIns.set(secret, signIn)
      return secret
    },
    find: (secret) => (secret === undefined ? undefined : signIns.get(secret)),
    update: (secret, signIn) => void signIns.set(secret, signIn, { noUpdateTTL: true }),
    end: (secret) => void (secret !== undefined && signIns.delete(secret)),
  }
}
