import type { SourceResponse } from './receive-answer.js'

/** One answer of one source, as it came, and the source's signature over it. */
interface Page {
  readonly organization: string
  readonly signature: string
  readonly answer: string
}

/**
 * What sources signed, for a client that wants to see for itself that nothing was altered on the way
 * (docs/signed-requests.md). Lives as long as its request.
 */
export class Evidence {
  readonly #pages: Page[] = []

  /** Keeps an answer that was read; one without a signature is no evidence. */
  keep(organization: string, { status, body, signature }: SourceResponse): void {
    if (status !== 200 || signature === undefined) return
    this.#pages.push({ organization, signature, answer: body.toString('utf8') })
  }

  /** The GraphQL answer with `extensions.kilde.pages`. */
  appendedTo(result: string | Buffer): string {
    const text = result.toString('utf8').trimEnd()
    const extensions = JSON.stringify({ kilde: { pages: this.#pages } })
    return `${text.slice(0, -1)},"extensions":${extensions}}\n`
  }
}
