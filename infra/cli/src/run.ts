import { KildeError, redactNumbers } from '@kilde/service'
import { CommanderError } from 'commander'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { createProgram } from './program.js'
import { coloursFor } from './style.js'
import type { Surroundings } from './surroundings.js'

/**
 * Runs one command, e.g. `['demo', '--json']`, and answers its exit code. Never throws: what goes wrong becomes one line
 * on standard error.
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done
  const program = createProgram(surroundings, (reached) => {
    code = reached
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return afterCommander(error)
    return tell(error, surroundings)
  }
}

/** Commander has said by itself what is wrong, or has shown the help that was asked for. */
function afterCommander({ exitCode }: CommanderError): ExitCode {
  return exitCode === 0 ? exitCodes.done : exitCodes.usage
}

function tell(error: unknown, { err }: Surroundings): ExitCode {
  err.write(`${coloursFor(err).red('kilde:')} ${redactNumbers(lineOf(error))}\n`)
  return isUsage(error) ? exitCodes.usage : exitCodes.failed
}

function lineOf(error: unknown): string {
  if (error instanceof KildeError) {
    // Of a refusal of the identity service the reason (an OAuth error) is only in the detail.
    const { code, publicText, detail } = error
    const text = publicText.replaceAll(/\s*\n\s*/g, ' ')
    return ['TOKEN_REQUEST_FAILED', 'SIGN_IN_FAILED'].includes(code) && detail
      ? `${text} (${detail})`
      : text
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `unexpected failure, please report it: ${stack}`
}

function isUsage(error: unknown): boolean {
  return error instanceof KildeError && ['USAGE', 'PERSONA_UNKNOWN'].includes(error.code)
}
