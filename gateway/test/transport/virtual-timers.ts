import type { Timers } from '../../src/transport/timers.js'

interface Task {
  readonly atMs: number
  readonly run: () => void
}

/** Time that stands still until a test moves it. */
export class VirtualTimers implements Timers {
  #nowMs = 0
  readonly #tasks = new Set<Task>()

  /** Tasks that nobody has taken back and that have not run: what would be left behind. */
  get waiting(): number {
    return this.#tasks.size
  }

  now(): number {
    return this.#nowMs
  }

  after(ms: number, run: () => void): () => void {
    const task = { atMs: this.#nowMs + ms, run }
    this.#tasks.add(task)
    return () => void this.#tasks.delete(task)
  }

  /** Moves on, runs what falls due in its order, and lets what waits for it go on after each. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await settle()
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#nowMs = next.atMs
      this.#tasks.delete(next)
      next.run()
      await settle()
    }
    this.#nowMs = endMs
  }

  #next(endMs: number): Task | undefined {
    return [...this.#tasks]
      .filter(({ atMs }) => atMs <= endMs)
      .sort((one, other) => one.atMs - other.atMs)[0]
  }
}

/** Lets everything go on that only waits for promises. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
