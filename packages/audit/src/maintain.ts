/** Does something again and again, never twice at once; what fails is done again at the next turn. */
export function every(ms: number, work: () => Promise<unknown>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve()
  let isIdle = true
  const timer = setInterval(() => {
    if (!isIdle) return
    isIdle = false
    running = work()
      .catch(() => undefined)
      .finally(() => {
        isIdle = true
      })
  }, ms)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
