import type { Fetch, Gathered, Located } from '../path/stage.js'
import type { SourceAnswer } from '../transport/source-answer.js'

/** What has come of a fetch while some of its sources have not answered. */
export interface Part {
  readonly fetch: Fetch
  /** One answer for each located source: of those that have not answered, `PENDING`. */
  readonly gathered: Gathered
  readonly pending: readonly string[]
}

/**
 * Follows a fan-out and offers what has come of it, for a client that takes an answer source by source. Nothing queues: whoever takes
 * parts slowly gets fewer of them, each with all that has come until then.
 */
export class Progress {
  readonly #most: number
  #offered: Part | undefined
  #isOver = false
  #wake: () => void = () => {}

  /** @param most parts that are offered at most */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * @param pending what stands for a source that has not answered, in the order of `answering`
   */
  follow(
    fetch: Fetch,
    located: Located,
    pending: readonly SourceAnswer[],
    answering: readonly Promise<SourceAnswer>[],
  ): void {
    // Whoever wants all or nothing has no use for a part.
    if (fetch.policy.completion === 'ALL_OR_ERROR' || fetch.policy.mandatory.length > 0) return
    const answers = [...pending]
    answering.forEach((answer, index) => {
      void answer.then((answered) => {
        answers[index] = answered
        if (answered.status !== 'NOT_ASKED') this.#offer(fetch, located, answers)
      })
    })
  }

  #offer(fetch: Fetch, located: Located, answers: readonly SourceAnswer[]): void {
    const pending = answers.flatMap(({ status, organization }) =>
      status === 'PENDING' ? [organization] : [],
    )
    if (this.#isOver || pending.length === 0) return
    this.#offered = { fetch, gathered: { ...located, answers: [...answers] }, pending }
    this.#wake()
  }

  /** The answer is whole, or there will be none: what was not taken is not worth taking any more. */
  end(): void {
    this.#isOver = true
    this.#offered = undefined
    this.#wake()
  }

  async *parts(): AsyncGenerator<Part> {
    for (let given = 0; given < this.#most && !this.#isOver; ) {
      const part = this.#offered
      this.#offered = undefined
      if (part) {
        given += 1
        yield part
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
