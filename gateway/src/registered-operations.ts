import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { GatewayError } from './errors.js'

/** Operations that may be asked, by their id: `sha256:` and the digest of the text in lower-case hexadecimal. */
export type RegisteredOperations = ReadonlyMap<string, string>

const manifest = z.record(z.string(), z.string())

export const operationId = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`

/** A file with the operations that are registered: a JSON object of documents by their ids, as clients' build tools write it. */
export const registeredOperations = z.string().transform((path, context): RegisteredOperations => {
  try {
    const found = manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
    const wrong = Object.entries(found).filter(([id, text]) => id !== operationId(text))
    for (const [id] of wrong) {
      context.addIssue({
        code: 'custom',
        message: `${id.slice(0, 80)} is not the digest of its operation`,
      })
    }
    return new Map(Object.entries(found))
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'the file holds no JSON object of operations by their ids',
    })
    return z.NEVER
  }
})

/** What a request names: an operation by its text or by its id. */
export interface Named {
  readonly query?: string | undefined
  readonly documentId?: string | undefined
}

/**
 * The text of the operation that a request names. Where operations are registered, no other is carried out, also where its whole text is sent.
 * @throws GatewayError `OPERATION_NOT_REGISTERED`
 */
export function textOf({ query, documentId }: Named, registered?: RegisteredOperations): string {
  if (query !== undefined && documentId !== undefined && documentId !== operationId(query)) {
    throw new GatewayError('OPERATION_NOT_REGISTERED')
  }
  if (query !== undefined && (!registered || registered.has(operationId(query)))) return query
  const known = registered?.get(documentId ?? '')
  if (known === undefined) throw new GatewayError('OPERATION_NOT_REGISTERED')
  return known
}
