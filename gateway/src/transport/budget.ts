/** Extra requests that may be made at once after a quiet time. */
const MOST_SAVED = 10

/** Allows one extra request for every so many questions, counted over the whole gateway. Starts empty: the share always holds. */
export class Budget {
  readonly #questions: number
  #saved = 0

  /** @param questions How many questions earn one extra request. */
  constructor(questions: number) {
    this.#questions = questions
  }

  earn(): void {
    this.#saved = Math.min(this.#saved + 1, MOST_SAVED * this.#questions)
  }

  /** Whether one more is allowed; it then counts as made. */
  take(): boolean {
    if (this.#saved < this.#questions) return false
    this.#saved -= this.#questions
    return true
  }
}
