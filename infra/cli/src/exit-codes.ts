/** How a command ended: a public interface, scripts rely on it. */
export const exitCodes = {
  /** Done; for a query also: every source that was located answered in full. */
  done: 0,
  /** It could not be done. */
  failed: 1,
  /** The command line is wrong: nothing was asked of anybody. */
  usage: 2,
  /** Done in part: an answer with a source missing, a bundle with an entry refused, a change that somebody has not confirmed. */
  partly: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What a command's action does with its exit code. */
export type Finish = (code: ExitCode) => void
