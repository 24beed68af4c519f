import type { Session } from './sessions.js'

/** A token that ends sooner than this is not begun with: a question may be on its way for that long. */
const LEAST_LEFT_MS = 60_000

/**
 * Keeps whoever signed in signed in, each under a name of its own: signs in once for all who ask at the same time, and anew before
 * the token ends. A failed sign-in is not kept.
 * @param now clock of the issuer (epoch milliseconds)
 */
export function keepSessions(
  now: () => number,
): (name: string, signIn: () => Promise<Session>) => Promise<Session> {
  const kept = new Map<string, Promise<Session>>()
  return async (name, signIn) => {
    const known = kept.get(name)
    const session = await known?.catch(() => undefined)
    if (session && session.token.expiresAtMs - now() >= LEAST_LEFT_MS) return session
    const begun = kept.get(name)
    if (begun && begun !== known) return begun
    const signingIn = signIn()
    kept.set(name, signingIn)
    return signingIn
  }
}
