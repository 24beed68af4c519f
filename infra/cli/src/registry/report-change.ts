import type { ChangeAnswer } from '@kilde/catalogue'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'

/**
 * Says what a change did and who goes by it. Of several changes the last answer counts: who goes by the last version
 * goes by all.
 */
export function reportChange(
  what: string,
  { version, changed, acknowledged, missing, ended }: ChangeAnswer,
  { out, err }: Surroundings,
): ExitCode {
  out.write(changed ? `${what} (version ${version}).\n` : `Nothing to change: ${what}.\n`)
  for (const line of endedLines(ended)) out.write(`${line}\n`)
  const names = acknowledged.join(', ')
  out.write(
    `In effect at ${acknowledged.length} of ${acknowledged.length + missing.length} followers${names && `: ${names}`}.\n`,
  )
  if (missing.length === 0) return exitCodes.done
  const { yellow } = coloursFor(err)
  err.write(
    `${yellow('kilde:')} not confirmed by ${missing.join(', ')}: what they answer next may still go by the state before.\n`,
  )
  return exitCodes.partly
}

function endedLines(ended: ChangeAnswer['ended']): readonly string[] {
  if (!ended) return []
  const { organizations, agreements } = ended
  const subUnits = organizations.length - 1
  return [
    ...(subUnits > 0 ? [`Its sub-units ended with it: ${organizations.slice(1).join(', ')}.`] : []),
    ...(agreements.length > 0 ? [`Agreements ended with it: ${agreements.join(', ')}.`] : []),
  ]
}
