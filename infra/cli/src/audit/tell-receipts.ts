import { type AuditReceipt, type AuditRecord, checkReceipt } from '@kilde/audit'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import type { ProofFile, PublicKeys } from './proof-file.js'

/** @throws AuditError `AUDIT_PROOF_INVALID` */
export function tellReceipts(
  { treeHead, receipts }: ProofFile,
  keys: PublicKeys,
  { out }: Surroundings,
): ExitCode {
  const rows = receipts.map((receipt) => rowOf(receipt, checkReceipt(receipt, keys).record))
  out.write(table(['RECORD', 'AT', 'EVENT', 'OUTCOME', 'HASHES'], rows))
  const { log, treeSize } = treeHead
  out.write(`${rows.length} records proved in the log of ${log}, of ${treeSize} records\n`)
  return rows.length > 0 ? exitCodes.done : exitCodes.failed
}

/** Nothing that tells who it is about: whoever may know that reads it in the receipt. */
function rowOf(receipt: AuditReceipt, record: AuditRecord | undefined): readonly string[] {
  return [
    `${receipt.leafIndex + 1}`,
    record?.at ?? '-',
    record?.event ?? 'sealed line of format 1',
    record && 'outcome' in record ? record.outcome : '-',
    `${receipt.auditPath.length}`,
  ]
}
