import { countRows, type SourceAnswer } from '../transport/source-answer.js'

/** What a request did, for its audit record. Filled by the path, read by `audit`. */
export class Trail {
  readonly #sources = new Map<
    string,
    { status: string; reason: string | undefined; returned: number }
  >()
  readonly #fields = new Set<string>()

  note(answers: readonly SourceAnswer[], fields: readonly string[]): void {
    for (const answer of answers) {
      const returned = answer.pages.reduce((sum, page) => sum + countRows(page), 0)
      this.#sources.set(answer.organization, {
        status: answer.status,
        reason: answer.reason,
        returned,
      })
    }
    for (const field of fields) this.#fields.add(field)
  }

  get sources(): readonly {
    organization: string
    status: string
    reason?: string
    returned: number
  }[] {
    return [...this.#sources].map(([organization, { status, reason, returned }]) => ({
      organization,
      status,
      returned,
      ...(reason === undefined ? {} : { reason }),
    }))
  }

  /** Selected fields as `Type.field`. */
  get fields(): readonly string[] {
    return [...this.#fields].sort()
  }
}
