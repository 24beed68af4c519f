import type { AuditRecord, AuditRequester } from '@kilde/audit'
import { chooseLogs, type LogChoice } from '../audit/logs.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { recordsOf } from './logs.js'

export interface FindOptions extends LogChoice {
  readonly decision?: string
  /** HPR number. */
  readonly professional?: string
}

/** Prints what was done on the ground of one decision, or by one professional, in all logs. */
export async function runFind(
  { decision, professional, ...choice }: FindOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (decision === undefined && professional === undefined)
    throw new CliError('USAGE', { text: 'Say which accesses by --decision or --professional.' })
  if (professional !== undefined && !/^\d{1,9}$/.test(professional))
    throw new CliError('USAGE', { text: '--professional takes an HPR number.' })
  return print(choice, surroundings, (one) => isAsked(one, { decision, professional }), 'accesses')
}

interface Wanted {
  readonly decision: string | undefined
  readonly professional: string | undefined
}

const isAsked = ({ decisionRef, requester }: Access, { decision, professional }: Wanted): boolean =>
  (decision === undefined || decisionRef?.id === decision) &&
  (professional === undefined || ('hprNumber' in requester && requester.hprNumber === professional))

/** Prints accesses whose ground the user chose by hand: log control looks at each (ATT-46). */
export const runSelfAuthorised = (
  choice: LogChoice,
  surroundings: Surroundings,
): Promise<ExitCode> =>
  print(
    choice,
    surroundings,
    ({ decisionRef }) => decisionRef?.userSelected === true,
    'self-authorised accesses',
  )

type Decision = NonNullable<Extract<AuditRecord, { event: 'PATIENT_DATA_READ' }>['decisionRef']>

interface Access {
  readonly requester: AuditRequester
  readonly decisionRef: Decision | undefined
}

async function print(
  choice: LogChoice,
  surroundings: Surroundings,
  fits: (access: Access) => boolean,
  what: string,
): Promise<ExitCode> {
  const rows: string[][] = []
  for await (const { service, owner, record } of recordsOf(
    await chooseLogs(choice, surroundings),
  )) {
    if (!('requester' in record)) continue
    const decision = 'decisionRef' in record ? record.decisionRef : undefined
    const { requester, at, outcome } = record
    if (!fits({ requester, decisionRef: decision })) continue
    const trace = 'trace' in record ? record.trace : undefined
    rows.push([
      ...[at, service, owner, 'name' in requester ? (requester.name ?? '') : ''],
      ...['purpose' in record ? (record.purpose ?? '') : '', outcome, decision?.id ?? ''],
      ...[decision?.description ?? '', trace ?? ''],
    ])
  }
  const { out } = surroundings
  const head = ['WHEN', 'SERVICE', 'LOG', 'WHO', 'PURPOSE', 'OUTCOME', 'DECISION', 'WHY', 'TRACE']
  out.write(table(head, rows, coloursFor(out).bold))
  out.write(`${rows.length} ${what}\n`)
  return exitCodes.done
}
