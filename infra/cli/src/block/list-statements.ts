import { type ExitCode, exitCodes } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import type { Surroundings } from '../surroundings.js'
import { openPrivacy, type PrivacyOptions } from './ask-privacy.js'
import { describe, queries, Settings } from './statements.js'

export interface ListOptions extends PrivacyOptions {
  readonly json?: true
}

/** Prints what a persona has stated and has not lifted, and last how much that is. */
export async function listStatements(
  options: ListOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { ask } = await openPrivacy(options, surroundings)
  const { settings } = await ask(Settings, queries.settings)
  const { statements } = settings
  const { out } = surroundings
  if (options.json) {
    out.write(`${formatJson(statements)}\n`)
    return exitCodes.done
  }
  for (const one of statements) out.write(`${one.id}  ${describe(one)}\n`)
  out.write(`${statements.length} ${statements.length === 1 ? 'statement' : 'statements'}\n`)
  return exitCodes.done
}
