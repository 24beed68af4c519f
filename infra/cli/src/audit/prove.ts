import { type AuditReader, type AuditReceipt, checkConsistency } from '@kilde/audit'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { chooseLog, type LogChoice } from './logs.js'
import { type ProofFile, readKeys, readProofs, writeProofs } from './proof-file.js'
import { proveAt } from './prove-at.js'
import { tellReceipts } from './tell-receipts.js'

export interface ProveOptions extends LogChoice {
  readonly sequence?: number
  readonly decision?: string
  readonly since?: string
  readonly out?: string
  readonly check?: string
  readonly trust?: string
  readonly at?: string
}

/** Makes proofs and checks them as a stranger would, with the log's public keys alone; or checks those of somebody else. */
export async function prove(options: ProveOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.at !== undefined) return proveAt(options.at, options, surroundings)
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
  await writeProofs(proofs, reader.publicKeys(), pathOf(out, folder))
}

const usage = (text: string) => new CliError('USAGE', { text })
