import type { ExitCode, Output, Surroundings } from '../src/index.js'
import { run } from '../src/run.js'

export interface Ran {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

/** Runs a command in this process, with everything around it given. */
export async function runHere(
  args: readonly string[],
  given: Partial<Omit<Surroundings, 'out' | 'err'>> & { readonly stdin?: string } = {},
): Promise<Ran> {
  const out = captured()
  const err = captured()
  const code = await run(args, {
    out,
    err,
    readStdin: async () => given.stdin ?? '',
    // A port at which no demo runs.
    env: { KILDE_PORT_BASE: '1' },
    folder: process.cwd(),
    now: Date.now,
    ...given,
  })
  return { code, out: out.text(), err: err.text() }
}

export function captured(): Output & { text(): string } {
  const parts: string[] = []
  return {
    write: (text) => void parts.push(text),
    isTerminal: false,
    columns: 100,
    text: () => parts.join(''),
  }
}
