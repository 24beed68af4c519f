import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { PublicJwk } from '@kilde/trust'
import { z } from 'zod'
import { AuditError } from './errors.js'
import type { LogKeys } from './keys.js'
import { type Frontier, rootOf } from './merkle/frontier.js'
import type { SignedTreeHead } from './receipt.js'

const TYPE = 'kilde-audit-head+jwt'
const header = z.strictObject({ alg: z.literal('ES256'), typ: z.literal(TYPE), kid: z.string() })
const hash = z.string().regex(/^[\w-]{43}$/)
/** Names of RFC 6962 §3.5 and §4.3; `log` tells which log, for one key may sign several. */
const payload = z.strictObject({
  log: z.string(),
  tree_size: z.int().nonnegative(),
  timestamp: z.int().nonnegative(),
  sha256_root_hash: hash,
})

export function signTreeHead(keys: LogKeys, tree: Frontier, timestamp: number): SignedTreeHead {
  const rootHash = rootOf(tree).toString('base64url')
  const { owner: log } = keys
  const { size: treeSize } = tree
  const said = { log, tree_size: treeSize, timestamp, sha256_root_hash: rootHash }
  return { log, treeSize, timestamp, rootHash, jws: signAs(keys, TYPE, said) }
}

/** A compact JWS (ES256) by the log's signing key. */
export function signAs({ signing }: LogKeys, typ: string, said: object): string {
  const parts = [{ alg: 'ES256', typ, kid: signing.kid }, said]
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const key = createPrivateKey({ key: { ...signing }, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

/**
 * What a signed tree head says. Its signature holds, by one of these keys; whose keys they are, the caller must know.
 * @throws AuditError `AUDIT_PROOF_INVALID`
 */
export function readTreeHead(jws: string, keys: readonly PublicJwk[]): SignedTreeHead {
  const [head = '', body = '', signature = ''] = jws.split('.')
  const kid = header.safeParse(decode(head)).data?.kid
  const jwk = keys.find((key) => key.kid === kid)
  const said = payload.safeParse(decode(body)).data
  if (kid === undefined || !jwk || !said) throw invalid('tree head')
  const key = {
    key: createPublicKey({ key: { ...jwk }, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363' as const,
  }
  const signed = Buffer.from(`${head}.${body}`)
  if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url')))
    throw invalid('signature of the tree head')
  const { log, tree_size: treeSize, timestamp, sha256_root_hash: rootHash } = said
  return { log, treeSize, timestamp, rootHash, jws }
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

const invalid = (detail: string) => new AuditError('AUDIT_PROOF_INVALID', { detail })
