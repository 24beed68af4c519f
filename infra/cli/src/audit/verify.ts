import { AuditError, type AuditVerdict, checkConsistency } from '@kilde/audit'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { type ChosenLog, chooseLogs, type LogChoice } from './logs.js'
import { type Published, readPublished } from './published.js'

export interface VerifyOptions extends LogChoice {
  /** Where the one log is published. */
  readonly at?: string
}

interface Checked {
  readonly log: ChosenLog
  readonly verdict: AuditVerdict
}

/** Checks logs from end to end; done only where all are whole. */
export async function verifyLogs(
  { at, ...choice }: VerifyOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { out } = surroundings
  const logs = await chooseLogs(choice, surroundings)
  if (at !== undefined && logs.length > 1) {
    throw new CliError('USAGE', {
      text: '--at goes with one log: say which by --service and --owner.',
    })
  }
  // Before the log is read: what is published then is in what is read.
  const published = at === undefined ? undefined : await readPublished(at)
  const found: Checked[] = []
  for (const log of logs) found.push({ log, verdict: await log.reader.verify() })
  out.write(table(HEAD, found.map(rowOf), coloursFor(out).bold))
  const whole = found.filter(({ verdict }) => verdict.ok).length
  const isPublished = whole < found.length || (await holdsFor(published, logs, surroundings))
  const records = found.reduce((sum, { verdict }) => sum + verdict.records, 0)
  out.write(`${whole} of ${found.length} logs whole, ${records} good records\n`)
  return whole === found.length && isPublished ? exitCodes.done : exitCodes.failed
}

const HEAD = ['SERVICE', 'OWNER', 'RECORDS', 'DELETED', 'TREE HEADS', 'ROOT', 'STATE']

const rowOf = ({ log, verdict }: Checked): readonly string[] => [
  log.service,
  log.reader.owner,
  `${verdict.records}`,
  `${verdict.deleted}`,
  `${verdict.treeHeads}`,
  verdict.rootHash,
  verdict.ok ? 'whole' : `bad from record ${verdict.firstBad} on`,
]

/** Whether what a service publishes is signed by this log's keys, and the beginning of this log. */
async function holdsFor(
  published: Published | undefined,
  logs: readonly ChosenLog[],
  { out, now }: Surroundings,
): Promise<boolean> {
  const [log] = logs
  if (!published || !log) return true
  const { treeHead } = published
  try {
    const proofs = await log.reader.prove(now())
    const proof = await proofs.consistency(treeHead.treeSize)
    checkConsistency(treeHead, proof, log.reader.publicKeys())
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    out.write('what is published is not this log\n')
    return false
  }
  out.write(`what is published is the beginning of this log, ${treeHead.treeSize} records\n`)
  return true
}
