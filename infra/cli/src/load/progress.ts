import { Presets, SingleBar } from 'cli-progress'

/** How far a load has come, for somebody who looks on. */
export interface Progress {
  /** `bytesRead`: of all files. */
  at(bytesRead: number, entries: number): void
  stop(): void
}

/** On standard error, and only on a terminal. */
export function showProgress(totalBytes: number, isTerminal: boolean): Progress {
  if (!isTerminal) return { at: () => undefined, stop: () => undefined }
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage} % · {entries} entries · {eta_formatted} left',
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_grey,
  )
  bar.start(Math.max(totalBytes, 1), 0, { entries: 0 })
  return {
    at: (bytesRead, entries) => bar.update(bytesRead, { entries }),
    stop: () => bar.stop(),
  }
}
