import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import { chooseLogs, type LogChoice } from '../audit/logs.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { compareView } from './compare-view.js'
import { collect, logsAt, recordsOf } from './logs.js'
import { type Difference, type Reconciled, reconcile } from './reconcile.js'
import { askWithFaults, readView, startFaultyNetwork } from './run-faults.js'
import { seeded } from './seeded.js'
import { holdStatements, PRIVACY } from './statements.js'

export interface ReconcileOptions extends LogChoice {
  /** So many queries with faults in a network of its own, and then those logs. */
  readonly queries?: string
  readonly seed: string
}

/** Holds the logs of gateway, organisations and patient against each other; done only where none differs. */
export async function runReconcile(
  options: ReconcileOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return options.queries === undefined
    ? reconcileLogs(options, surroundings)
    : reconcileFaults(options.queries, options.seed, surroundings)
}

/** Logs as they lie there: those of the gateway against those of the organisations. */
async function reconcileLogs(choice: LogChoice, surroundings: Surroundings): Promise<ExitCode> {
  const logs = await chooseLogs(choice, surroundings)
  const logged = await collect(recordsOf(logs))
  const found = reconcile(logged)
  if (!logs.some(({ reader }) => reader.owner === PRIVACY))
    return tell(found, found.differences, surroundings)
  const { named, differences } = holdStatements(logged)
  surroundings.out.write(`${named} statements of patients that organisations decided by\n`)
  return tell(found, [...found.differences, ...differences], surroundings)
}

/** Asks with faults, then holds all three views against each other. */
async function reconcileFaults(
  queries: string,
  seed: string,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const count = wholeNumber('--queries', queries)
  const random = seeded(wholeNumber('--seed', seed))
  const { err, out, now } = surroundings
  const faulty = await startFaultyNetwork()
  try {
    const progress = (done: number): void => {
      err.write(`${done} queries\n`)
    }
    const answered = await askWithFaults(faulty, count, random, progress)
    out.write(`${answered} of ${count} queries were answered\n`)
    // What came too late for the gateway has time to get into its log.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const untilMs = now()
    const view = await readView(faulty, untilMs)
    const logged = (await collect(recordsOf(await logsAt(faulty.places)))).filter(
      ({ record }) => Date.parse(record.at) < untilMs,
    )
    const found = reconcile(logged)
    const patient = identifierToken(parsePatientIdentifier(patients.copd.identifier))
    const inView = compareView(logged, view, { patient, operator: faulty.operator })
    out.write(`${view.length} entries in the patient's view\n`)
    return tell(found, [...found.differences, ...inView], surroundings)
  } finally {
    await faulty.stop()
  }
}

const MOST_PRINTED = 20

function tell(
  { requests, records }: Reconciled,
  differences: readonly Difference[],
  { out }: Surroundings,
): ExitCode {
  for (const difference of differences.slice(0, MOST_PRINTED))
    out.write(`${describe(difference)}\n`)
  out.write(`${requests} requests at the gateway, ${records} records of organisations\n`)
  out.write(`${differences.length} differences\n`)
  return differences.length === 0 ? exitCodes.done : exitCodes.failed
}

const describe = ({ kind, organization, trace, requestId, decisionRef }: Difference): string =>
  `${kind} ${organization} trace ${trace} request ${requestId}${decisionRef ? ` decision ${decisionRef}` : ''}`

export function wholeNumber(name: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new CliError('USAGE', { text: `${name} takes a whole number.` })
}
