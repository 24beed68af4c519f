import type { Server } from '@kilde/service'
import { z } from 'zod'
import { AuditError } from './errors.js'
import type { PublishedLog } from './published.js'

const size = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const sizes = z.object({ from: size, to: size })
const params = z.object({ log: z.string().max(32).optional() })

/**
 * Addresses at which everybody gets a log's public keys, newest tree head and consistency proofs (docs/audit-log.md): GET
 * `<path>/keys`, `<path>/tree-head` and `<path>/consistency?from=<size>&to=<size>`.
 * @param path with `:log` in it where several logs are published
 * @param find the log of that name; undefined where there is none
 */
export function publishAuditLogs(
  { app }: Server,
  path: string,
  find: (name: string) => Promise<PublishedLog | undefined>,
): void {
  const logOf = async (asked: unknown): Promise<PublishedLog> => {
    const log = await find(params.safeParse(asked).data?.log ?? '')
    if (!log) throw new AuditError('AUDIT_TREE_HEAD_UNKNOWN')
    return log
  }
  app.get(`${path}/keys`, async (request, reply) => {
    const keys = (await logOf(request.params)).publicKeys()
    return reply
      .headers({ 'content-type': 'application/jwk-set+json', 'cache-control': KEYS_FRESH })
      .send(JSON.stringify({ keys }))
  })
  app.get(`${path}/tree-head`, async (request, reply) => {
    const head = await (await logOf(request.params)).newestTreeHead()
    if (!head) throw new AuditError('AUDIT_TREE_HEAD_UNKNOWN')
    return reply.header('cache-control', HEAD_FRESH).send(head)
  })
  app.get(`${path}/consistency`, async (request, reply) => {
    const log = await logOf(request.params)
    const asked = sizes.safeParse(request.query)
    if (!asked.success) throw new AuditError('AUDIT_SIZES_MALFORMED')
    const { from: fromSize, to: toSize } = asked.data
    const proof = await log.consistency(fromSize, toSize)
    return reply
      .header('cache-control', KEYS_FRESH)
      .send({ log: log.owner, fromSize, toSize, path: proof })
  })
}

/** Keys and proofs do not change; a key that was added must be seen before long. */
const KEYS_FRESH = 'public, max-age=300'
/** Tree heads come once a minute. */
const HEAD_FRESH = 'public, max-age=10'
