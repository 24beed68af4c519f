interface Task {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/**
 * Time that stands still while anything can be done, and then leaps to the next thing that somebody waits for. The gateway's
 * transport takes it as its `Timers`; so do the simulated sources.
 */
export class VirtualTime {
  readonly #tasks = new Set<Task>()
  #nowMs: number
  #order = 0

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  now = (): number => this.#nowMs

  after = (ms: number, run: () => void): (() => void) => {
    const task = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, run }
    this.#tasks.add(task)
    return () => void this.#tasks.delete(task)
  }

  sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.after(ms, resolve)
    })

  /** Lets time pass until the work is done. @throws Error where it can never be done: nothing is due any more */
  async until<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const settle = (): void => {
      settled = true
    }
    work.then(settle, settle)
    for (;;) {
      await quiet()
      if (settled) return work
      if (!this.#leap()) throw new Error('stuck: nothing is due, and it is not done')
    }
  }

  #leap(): boolean {
    let next: Task | undefined
    for (const task of this.#tasks) {
      if (!next || task.atMs < next.atMs || (task.atMs === next.atMs && task.order < next.order)) {
        next = task
      }
    }
    if (!next) return false
    this.#tasks.delete(next)
    this.#nowMs = next.atMs
    next.run()
    return true
  }
}

/** What needs no time is done when the event loop has come round: nothing that is simulated touches a disk or a socket. */
const quiet = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
