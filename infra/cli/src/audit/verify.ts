import type { AuditVerdict } from '@kilde/audit'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { type ChosenLog, chooseLogs, type LogChoice } from './logs.js'

/** Checks logs from end to end; done only where all are whole. */
export async function verifyLogs(choice: LogChoice, surroundings: Surroundings): Promise<ExitCode> {
  const { out } = surroundings
  const found: { readonly log: ChosenLog; readonly verdict: AuditVerdict }[] = []
  for (const log of await chooseLogs(choice, surroundings))
    found.push({ log, verdict: await log.reader.verify() })
  const head = ['SERVICE', 'OWNER', 'RECORDS', 'DELETED', 'TREE HEADS', 'ROOT', 'STATE']
  const rows = found.map(({ log, verdict }) => [
    log.service,
    log.reader.owner,
    `${verdict.records}`,
    `${verdict.deleted}`,
    `${verdict.treeHeads}`,
    verdict.rootHash,
    verdict.ok ? 'whole' : `bad from record ${verdict.firstBad} on`,
  ])
  out.write(table(head, rows, coloursFor(out).bold))
  const whole = found.filter(({ verdict }) => verdict.ok).length
  const records = found.reduce((sum, { verdict }) => sum + verdict.records, 0)
  out.write(`${whole} of ${found.length} logs whole, ${records} good records\n`)
  return whole === found.length ? exitCodes.done : exitCodes.failed
}
