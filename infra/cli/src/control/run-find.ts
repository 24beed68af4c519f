import type { AuditRecord } from '@kilde/audit'
import { chooseLogs, type LogChoice } from '../audit/logs.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { recordsOf } from './logs.js'

export interface FindOptions extends LogChoice {
  readonly decision: string
}

/** Prints what was done on the ground of one decision, in all logs. */
export const runFind = (
  { decision, ...choice }: FindOptions,
  surroundings: Surroundings,
): Promise<ExitCode> => print(choice, surroundings, ({ id }) => id === decision, 'accesses')

/** Prints accesses whose ground the user chose by hand: log control looks at each (ATT-46). */
export const runSelfAuthorised = (
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<ExitCode> =>
  print(choice, surroundings, ({ userSelected }) => userSelected, 'self-authorised accesses')

type Decision = NonNullable<Extract<AuditRecord, { event: 'PATIENT_DATA_READ' }>['decisionRef']>

async function print(
  choice: LogChoice,
  surroundings: Surroundings,
  fits: (decision: Decision) => boolean,
  what: string,
): Promise<ExitCode> {
  const rows: string[][] = []
  for await (const { service, owner, record } of recordsOf(
    await chooseLogs(choice, surroundings),
  )) {
    const decision = 'decisionRef' in record ? record.decisionRef : undefined
    if (!decision || !('requester' in record) || !fits(decision)) continue
    const { requester, at, trace, outcome } = record
    rows.push([
      ...[at, service, owner, 'name' in requester ? (requester.name ?? '') : ''],
      ...['purpose' in record ? (record.purpose ?? '') : '', outcome, decision.id],
      ...[decision.description ?? '', trace ?? ''],
    ])
  }
  const { out } = surroundings
  const head = ['WHEN', 'SERVICE', 'LOG', 'WHO', 'PURPOSE', 'OUTCOME', 'DECISION', 'WHY', 'TRACE']
  out.write(table(head, rows, coloursFor(out).bold))
  out.write(`${rows.length} ${what}\n`)
  return exitCodes.done
}
