/** What a command has around it; tests give their own. */
export interface Surroundings {
  /** Standard output: answers alone, so that it can be piped on. */
  readonly out: Output
  /** Standard error: everything else. */
  readonly err: Output
  /** All of standard input, as text. */
  readonly readStdin: () => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that relative file names count from. */
  readonly folder: string
  /** Clock (epoch milliseconds). */
  readonly now: () => number
}

export interface Output {
  write(text: string): void
  /** Somebody looks at it: colours and a progress bar make sense. */
  readonly isTerminal: boolean
  /** Width in characters. */
  readonly columns: number
}
