import type { SignedTreeHead } from '@kilde/audit'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { type ProofFile, readKeys, readProofs, writeProofs } from './proof-file.js'
import { readPublished } from './published.js'
import { tellReceipts } from './tell-receipts.js'

interface ProveAtOptions {
  readonly sequence?: number
  readonly decision?: string
  readonly since?: string
  readonly check?: string
  readonly trust?: string
  readonly out?: string
}

/**
 * Checks what a service publishes of a log against what was kept of it before, as anybody can: a witness needs no key.
 * @throws AuditError `AUDIT_PROOF_INVALID`
 */
export async function proveAt(
  address: string,
  options: ProveAtOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { sequence, decision, since, check, trust } = options
  if (sequence !== undefined || decision !== undefined)
    throw usage('--at goes with --since or --check: records are proved from the log itself.')
  if (since !== undefined && check !== undefined)
    throw usage('With --at say at most one of --since and --check.')
  const { folder } = surroundings
  const earlier = since ?? check
  const kept = earlier === undefined ? undefined : await readProofs(earlier, folder)
  const published = await readPublished(address)
  const keys = trust === undefined ? published.keys : await readKeys(trust, folder)
  // A tree head is its own beginning: the proof is empty, and the signature is checked.
  const treeHead = await published.checkGrowth(published.treeHead, keys)
  for (const head of headsOf(kept)) await published.checkGrowth(head, keys)
  const { out } = options
  if (out !== undefined) await writeProofs({ treeHead, receipts: [] }, keys, pathOf(out, folder))
  if (check !== undefined && kept) return tellReceipts(kept, keys, surroundings)
  const { log, treeSize, timestamp } = treeHead
  if (kept) {
    const { treeSize: before } = kept.treeHead
    surroundings.out.write(`only grown, from ${before} to ${treeSize} records\n`)
    return exitCodes.done
  }
  surroundings.out.write(
    `the log of ${log} had ${treeSize} records at ${new Date(timestamp).toISOString()}\n`,
  )
  return exitCodes.done
}

/** Each once: receipts of one command share theirs. */
function headsOf(kept: ProofFile | undefined): readonly SignedTreeHead[] {
  if (!kept) return []
  const all = [kept.treeHead, ...kept.receipts.map(({ treeHead }) => treeHead)]
  return [...new Map(all.map((head) => [head.jws, head])).values()]
}

const usage = (text: string) => new CliError('USAGE', { text })
