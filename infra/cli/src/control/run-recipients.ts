import { chooseLogs, type LogChoice } from '../audit/logs.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { collect, recordsOf } from './logs.js'
import { recipientsOf } from './recipients.js'

export interface RecipientsOptions extends LogChoice {
  /** Id of the row. */
  readonly item: string
}

/** Prints who was given a row, and who was before it was corrected. */
export async function runRecipients(
  { item, ...choice }: RecipientsOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const owner = /^(\d{9})\.\S+$/.exec(item)?.[1]
  if (owner === undefined) {
    const text = '--item takes the id of a row, `<organisation number>.<local id>`.'
    throw new CliError('USAGE', { text })
  }
  const logs = (await chooseLogs({ ...choice, owner }, surroundings)).filter(
    ({ service }) => service !== 'gateway',
  )
  const { recipients, writtenMs } = recipientsOf(item, await collect(recordsOf(logs)))
  const { out } = surroundings
  const rows = recipients.map((one) => [
    new Date(one.atMs).toISOString(),
    one.name,
    one.organization,
    one.purpose,
    one.decisionRef,
    one.requestId,
    one.correctedLater ? 'before a correction' : '',
  ])
  const head = ['WHEN', 'WHO', 'ORGANISATION', 'PURPOSE', 'DECISION', 'REQUEST', 'VERSION']
  out.write(table(head, rows, coloursFor(out).bold))
  const outdated = recipients.filter(({ correctedLater }) => correctedLater).length
  out.write(`taken in ${writtenMs.length} times, ${outdated} given out before a correction\n`)
  out.write(`${recipients.length} recipients\n`)
  return exitCodes.done
}
