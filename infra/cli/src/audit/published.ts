import { type AuditConsistency, checkConsistency, type SignedTreeHead } from '@kilde/audit'
import { z } from 'zod'
import { CliError } from '../errors.js'
import { fetchFrom } from '../fetch-from.js'
import { jwks, type PublicKeys, treeHead } from './proof-file.js'

/** What a service publishes of one log (docs/audit-log.md). Nothing of it is believed but by the log's keys. */
export interface Published {
  readonly keys: PublicKeys
  readonly treeHead: SignedTreeHead
  /**
   * Checks that the log has only grown since that tree head.
   * @returns the published one, as it was signed
   * @throws AuditError `AUDIT_PROOF_INVALID`
   */
  checkGrowth(earlier: SignedTreeHead, keys: PublicKeys): Promise<SignedTreeHead>
}

const proof = z.object({ fromSize: z.number(), path: z.array(z.string()).max(128) })
const WAIT_MS = 10_000

/** @param address such as `https://gateway.example/audit/310000108` @throws CliError `USAGE`, `SERVICE_UNREACHABLE`, `ANSWER_UNUSABLE` */
export async function readPublished(address: string): Promise<Published> {
  const base = baseOf(address)
  const { keys } = await read(jwks, `${base}/keys`)
  const newest = await read(treeHead, `${base}/tree-head`)
  return {
    keys,
    treeHead: newest,
    checkGrowth: async (earlier, trusted) =>
      checkConsistency(earlier, await proofFrom(base, earlier.treeSize, newest), trusted),
  }
}

async function proofFrom(
  base: string,
  fromSize: number,
  newest: SignedTreeHead,
): Promise<AuditConsistency> {
  const given = await read(proof, `${base}/consistency?from=${fromSize}&to=${newest.treeSize}`)
  return { fromSize, path: given.path, treeHead: newest }
}

async function read<T>(shape: z.ZodType<T>, url: string): Promise<T> {
  const who = 'The service that publishes the log'
  const { status, text } = await fetchFrom(who, url, { signal: AbortSignal.timeout(WAIT_MS) })
  const said = shape.safeParse(parse(text))
  if (status === 200 && said.success) return said.data
  const { pathname } = new URL(url)
  throw new CliError('ANSWER_UNUSABLE', {
    text: `${who} answered ${status} at ${pathname}: it publishes no such log there, or its tree head goes less far.`,
  })
}

function baseOf(address: string): string {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))
    return address.replace(/\/+$/, '')
  throw new CliError('USAGE', {
    text: '--at takes the address of a published log, such as https://gateway.example/audit/310000108.',
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
