import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { AttestChoice, AuthorizationDetail } from '../src/settings.js'

interface Props {
  readonly attests: readonly AttestChoice[]
  readonly onClose: () => void
  readonly onSignIn: (authorizationDetails: readonly AuthorizationDetail[]) => void
}

/** Asks what the identity service shall attest about the user, as the user's own system would tell it. */
export function SignInDialog({ attests, onClose, onSignIn }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState(textOf(attests[0]))
  const [problem, setProblem] = useState<string>()
  useEffect(() => dialog.current?.showModal(), [])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const details = readDetails(text)
    if (details === undefined)
      setProblem('This is not a JSON list of objects that each have a "type".')
    else {
      dialog.current?.close()
      onSignIn(details)
    }
  }
  return (
    <dialog ref={dialog} aria-labelledby="sign-in-title" onClose={onClose}>
      <form method="dialog" onSubmit={submit}>
        <h2 id="sign-in-title">Sign in</h2>
        <p>
          You sign in at the identity service. The key of your access token is made in this browser
          and stays here.
        </p>
        <label htmlFor="attest">Attest: where you work, and why you need the data</label>
        <select id="attest" onChange={(event) => setText(event.target.value)}>
          {attests.map((attest) => (
            <option key={attest.title} value={textOf(attest)}>
              {attest.title}
            </option>
          ))}
          <option value="">None: I sign in as a citizen</option>
        </select>
        <details>
          <summary>What is asked for, to be changed where needed</summary>
          <label htmlFor="details">Authorisation details (JSON; empty for none)</label>
          <textarea
            id="details"
            rows={10}
            spellCheck={false}
            value={text}
            aria-describedby="details-problem"
            onChange={(event) => setText(event.target.value)}
          />
        </details>
        <p id="details-problem" role="alert">
          {problem}
        </p>
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Go to the sign-in page
          </button>
        </div>
      </form>
    </dialog>
  )
}

function textOf(attest: AttestChoice | undefined): string {
  return attest === undefined ? '' : JSON.stringify(attest.authorizationDetails, null, 2)
}

function readDetails(text: string): readonly AuthorizationDetail[] | undefined {
  if (text.trim() === '') return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every(isDetail) ? value : undefined
  } catch {
    return undefined
  }
}

function isDetail(value: unknown): value is AuthorizationDetail {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  )
}
