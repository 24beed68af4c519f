import { writeFile } from 'node:fs/promises'
import {
  type AuditReader,
  type AuditReceipt,
  type AuditRecord,
  checkConsistency,
  checkReceipt,
} from '@kilde/audit'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { chooseLog, type LogChoice } from './logs.js'
import { type ProofFile, readKeys, readProofs } from './proof-file.js'

export interface ProveOptions extends LogChoice {
  readonly sequence?: number
  readonly decision?: string
  readonly since?: string
  readonly out?: string
  readonly check?: string
  readonly trust?: string
}

/** Makes proofs and checks them as a stranger would, with the log's public keys alone; or checks those of somebody else. */
export async function prove(options: ProveOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { sequence, decision, since, check } = options
  const given = [sequence, decision, since, check].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw usage('Say what to prove: exactly one of --sequence, --decision, --since and --check.')
  if ((check === undefined) !== (options.trust === undefined))
    throw usage('--check and --trust go together.')
  if (check !== undefined) return checkProofs(check, options.trust ?? '', surroundings)
  const { reader } = await chooseLog(options, surroundings)
  return since === undefined
    ? proveRecords(reader, options, surroundings)
    : proveGrowth(reader, since, options, surroundings)
}

async function proveRecords(
  reader: AuditReader,
  options: ProveOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const sequences = await sequencesOf(reader, options)
  const proofs = await reader.prove(surroundings.now())
  const { treeHead } = proofs
  const receipts: AuditReceipt[] = []
  for (const number of sequences) receipts.push(await proofs.receipt(number))
  await keep({ treeHead, receipts }, reader, options, surroundings)
  return tellReceipts({ treeHead, receipts }, reader.publicKeys(), surroundings)
}

async function proveGrowth(
  reader: AuditReader,
  since: string,
  options: ProveOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { treeHead: earlier } = await readProofs(since, surroundings.folder)
  const proofs = await reader.prove(surroundings.now())
  const { treeHead } = proofs
  checkConsistency(earlier, await proofs.consistency(earlier.treeSize), reader.publicKeys())
  await keep({ treeHead, receipts: [] }, reader, options, surroundings)
  surroundings.out.write(`only grown, from ${earlier.treeSize} to ${treeHead.treeSize} records\n`)
  return exitCodes.done
}

async function checkProofs(
  file: string,
  trust: string,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { folder } = surroundings
  return tellReceipts(await readProofs(file, folder), await readKeys(trust, folder), surroundings)
}

/** @throws AuditError `AUDIT_PROOF_INVALID` */
function tellReceipts(
  { treeHead, receipts }: ProofFile,
  keys: ReturnType<AuditReader['publicKeys']>,
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

async function sequencesOf(
  reader: AuditReader,
  { sequence, decision }: ProveOptions,
): Promise<readonly number[]> {
  if (sequence !== undefined) return [sequence]
  const found: number[] = []
  for await (const { sequence: number, record } of reader.records()) {
    if ('decisionRef' in record && record.decisionRef?.id === decision) found.push(number)
  }
  return found
}

/** The proofs, and beside them the public keys, which whoever checks the proofs must have from elsewhere. */
async function keep(
  proofs: ProofFile,
  reader: AuditReader,
  { out }: ProveOptions,
  { folder }: Surroundings,
): Promise<void> {
  if (out === undefined) return
  const write = (name: string, content: object) =>
    writeFile(pathOf(name, folder), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await write(out, proofs)
  await write(`${out}.keys.json`, { keys: reader.publicKeys() })
}

const usage = (text: string) => new CliError('USAGE', { text })
