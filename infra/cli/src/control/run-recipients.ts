import { type ChosenLog, chooseLogs, type LogChoice } from '../audit/logs.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { collect, recordsOf } from './logs.js'
import { about, correctedSince, type Recipient, recipientsOf } from './recipients.js'
import { GATEWAY } from './reconcile.js'

export interface RecipientsOptions extends LogChoice {
  /** Id of the row. */
  readonly item?: string
  /** Instead of one row: all that were corrected from this instant on. */
  readonly correctedSince?: string
}

/** Prints who was given a row, and who was before it was corrected. */
export async function runRecipients(
  { item, correctedSince: since, ...choice }: RecipientsOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (item !== undefined && since === undefined) return ofOne(item, choice, surroundings)
  if (since !== undefined && item === undefined) return ofCorrected(since, choice, surroundings)
  throw new CliError('USAGE', { text: 'Say which rows by --item or by --corrected-since.' })
}

async function ofOne(
  item: string,
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const owner = /^(\d{9})\.\S+$/.exec(item)?.[1]
  if (owner === undefined) {
    const text = '--item takes the id of a row, `<organisation number>.<local id>`.'
    throw new CliError('USAGE', { text })
  }
  const logs = await ofNodes({ ...choice, owner }, surroundings)
  const { recipients, writtenMs } = recipientsOf(item, await collect(recordsOf(logs)))
  const { out } = surroundings
  const rows = recipients.map((one) => [
    ...cellsOf(one),
    one.correctedLater ? 'before a correction' : '',
  ])
  out.write(table([...HEAD, 'VERSION'], rows, coloursFor(out).bold))
  const outdated = recipients.filter(({ correctedLater }) => correctedLater).length
  out.write(`taken in ${writtenMs.length} times, ${outdated} given out before a correction\n`)
  out.write(`${recipients.length} recipients\n`)
  return exitCodes.done
}

/** Whoever was given one of them before it was corrected: to be told (GDPR, article 19). */
async function ofCorrected(
  since: string,
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const sinceMs = Date.parse(since)
  if (Number.isNaN(sinceMs)) {
    const text = '--corrected-since takes an instant such as 2026-11-22T10:00:00Z.'
    throw new CliError('USAGE', { text })
  }
  const logs = await ofNodes(choice, surroundings)
  const corrected = await correctedSince(recordsOf(logs), sinceMs)
  const logged = await collect(about(recordsOf(logs), corrected))
  const rows = [...corrected].flatMap(([item, correctedMs]) =>
    recipientsOf(item, logged)
      .recipients.filter(({ atMs }) => atMs < correctedMs)
      .map((one) => [item, new Date(correctedMs).toISOString(), ...cellsOf(one)]),
  )
  const { out } = surroundings
  out.write(table(['ITEM', 'CORRECTED', ...HEAD], rows, coloursFor(out).bold))
  out.write(`${corrected.size} rows corrected\n`)
  out.write(`${rows.length} times given out before\n`)
  return exitCodes.done
}

/** A gateway's log does not look into rows. */
const ofNodes = async (
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<readonly ChosenLog[]> =>
  (await chooseLogs(choice, surroundings)).filter(({ service }) => service !== GATEWAY)

const HEAD = ['WHEN', 'WHO', 'ORGANISATION', 'PURPOSE', 'DECISION', 'REQUEST']

const cellsOf = (one: Recipient): readonly string[] => [
  new Date(one.atMs).toISOString(),
  ...[one.name, one.organization, one.purpose, one.decisionRef, one.requestId],
]
