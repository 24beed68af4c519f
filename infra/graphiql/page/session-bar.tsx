import { useEffect, useState } from 'react'
import type { SessionState } from './session.js'

interface Props {
  readonly state: SessionState
  readonly onSignIn: () => void
  readonly onSignOut: () => void
}

/** Who is signed in and for how long, or the way to sign in. */
export function SessionBar({ state, onSignIn, onSignOut }: Props) {
  switch (state.status) {
    case 'working':
      return (
        <p className="session" role="status">
          One moment…
        </p>
      )
    case 'signed-out':
      return <SignedOut words="Not signed in" action="Sign in" onSignIn={onSignIn} />
    case 'expired':
      return (
        <SignedOut words="Your sign-in has expired" action="Sign in again" onSignIn={onSignIn} />
      )
    case 'signed-in':
      return (
        <div className="session">
          <p role="status">
            Signed in as <strong>{state.access.name ?? 'somebody without a name'}</strong>
          </p>
          <TimeLeft untilMs={state.access.expiresAtMs} />
          <button type="button" onClick={onSignOut}>
            Sign out
          </button>
        </div>
      )
  }
}

interface SignedOutProps {
  readonly words: string
  readonly action: string
  readonly onSignIn: () => void
}

function SignedOut({ words, action, onSignIn }: SignedOutProps) {
  return (
    <div className="session">
      <p role="status">{words}</p>
      <button type="button" className="primary" onClick={onSignIn}>
        {action}
      </button>
    </div>
  )
}

function TimeLeft({ untilMs }: { readonly untilMs: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(tick)
  }, [])
  const seconds = Math.max(0, Math.round((untilMs - now) / 1000))
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  return (
    <span className={seconds < 60 ? 'time ending' : 'time'} title="Until the access token expires">
      {time} left
    </span>
  )
}
