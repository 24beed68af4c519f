import type { AuthorizationDetail } from '../src/settings.js'
import { readPhase, wordsOf } from './back-end.js'
import { destroyKey } from './proof-key.js'
import { type Access, beginSignIn, finishSignIn } from './sign-in.js'

export type SessionState =
  | { readonly status: 'working' }
  | { readonly status: 'signed-out'; readonly problem?: string }
  | { readonly status: 'signed-in'; readonly access: Access }
  | { readonly status: 'expired' }

/** Who is signed in to this page. A reload forgets it: the token is held in memory only. */
export interface Session {
  readonly state: () => SessionState
  readonly subscribe: (listener: () => void) => () => void
  /** Ends a sign-in that has come back from the identity service, or shows why there is none. */
  resume(problem: string | undefined): Promise<void>
  signIn(authorizationDetails: readonly AuthorizationDetail[]): Promise<void>
  signOut(): Promise<void>
}

export function createSession(): Session {
  let state: SessionState = { status: 'working' }
  let expiry: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<() => void>()
  const enter = (next: SessionState): void => {
    clearTimeout(expiry)
    state = next
    if (next.status === 'signed-in')
      expiry = setTimeout(expire, next.access.expiresAtMs - Date.now())
    for (const listener of listeners) listener()
  }
  const expire = (): void => {
    enter({ status: 'expired' })
    void destroyKey()
  }
  const attempt = async (act: () => Promise<SessionState | undefined>): Promise<void> => {
    enter({ status: 'working' })
    try {
      const next = await act()
      if (next !== undefined) enter(next)
    } catch (problem) {
      enter({ status: 'signed-out', problem: wordsOf(problem) })
    }
  }
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    resume: (problem) => attempt(() => whereItStands(problem)),
    signIn: (details) => attempt(() => beginSignIn(details).then(() => undefined)),
    signOut: () => attempt(() => destroyKey().then((): SessionState => ({ status: 'signed-out' }))),
  }
}

async function whereItStands(problem: string | undefined): Promise<SessionState> {
  if (problem !== undefined) return { status: 'signed-out', problem }
  const found = await readPhase()
  switch (found.phase) {
    case 'none':
      return { status: 'signed-out' }
    case 'failed':
      await destroyKey()
      return { status: 'signed-out', problem: found.message }
    case 'returned':
      return { status: 'signed-in', access: await finishSignIn() }
  }
}
