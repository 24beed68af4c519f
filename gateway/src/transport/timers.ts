/** Time as the fan-out knows it: a simulation passes its own. */
export interface Timers {
  /** Milliseconds from any fixed point. It never goes back, so that a clock set anew neither ends nor lengthens a question. */
  now(): number
  /** Runs the task once after so many milliseconds. Answers how to take that back; to be called whenever nobody waits any more. */
  after(ms: number, task: () => void): () => void
}

export const machineTimers: Timers = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}
