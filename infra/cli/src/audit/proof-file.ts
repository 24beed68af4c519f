import { writeFile } from 'node:fs/promises'
import type { AuditReader, AuditReceipt, SignedTreeHead } from '@kilde/audit'
import { publicJwk } from '@kilde/trust'
import { z } from 'zod'
import { CliError } from '../errors.js'
import { readText } from '../files.js'

export const treeHead = z.object({
  log: z.string(),
  treeSize: z.number(),
  timestamp: z.number(),
  rootHash: z.string(),
  jws: z.string(),
})
const receipt = z.object({
  leafIndex: z.number(),
  entry: z.string(),
  auditPath: z.array(z.string()).max(64),
  treeHead,
})
const shape = z.object({ treeHead, receipts: z.array(receipt) })
export const jwks = z.object({ keys: z.array(publicJwk).max(200) })

/** Public keys of a log. */
export type PublicKeys = ReturnType<AuditReader['publicKeys']>

/** What `--out` writes and `--check` and `--since` read. */
export interface ProofFile {
  readonly treeHead: SignedTreeHead
  readonly receipts: readonly AuditReceipt[]
}

export const readProofs = (file: string, folder: string): Promise<ProofFile> =>
  readAs(shape, file, folder)

/** Public keys of a log, as its keeper publishes them. */
export async function readKeys(file: string, folder: string): Promise<PublicKeys> {
  return (await readAs(jwks, file, folder)).keys
}

/** Writes proofs, and beside them the keys by which they hold. */
export async function writeProofs(
  { treeHead: head, receipts }: ProofFile,
  keys: PublicKeys,
  path: string,
): Promise<void> {
  const write = (name: string, content: object): Promise<void> =>
    writeFile(name, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await write(path, { treeHead: head, receipts })
  await write(`${path}.keys.json`, { keys })
}

/** @throws CliError `FILE_NOT_JSON`, `FILE_UNREADABLE` */
async function readAs<T>(wanted: z.ZodType<T>, file: string, folder: string): Promise<T> {
  const text = await readText(file, folder)
  try {
    return wanted.parse(JSON.parse(text))
  } catch (cause) {
    throw new CliError('FILE_NOT_JSON', { cause, text: `${file} holds no such proofs or keys.` })
  }
}
