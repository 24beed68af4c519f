import { wordsOf } from './back-end.js'

/** Shown where the page cannot start at all. */
export function Failure({ problem }: { readonly problem: unknown }) {
  return (
    <main className="failure">
      <h1>Kilde’s query page cannot start</h1>
      <p role="alert">{wordsOf(problem)}</p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  )
}
