import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { CatalogueError } from './errors.js'
import { unreachable } from './registry-caller.js'

const ErrorBody = z.object({
  errors: z.array(z.object({ message: z.string().max(20_000) })).min(1),
})

/**
 * Reads an answer of the registry as JSON of a known shape.
 * @throws CatalogueError `REGISTRY_REFUSED` with the registry's own text, or `REGISTRY_UNREACHABLE` where the answer is not the registry's
 */
export async function readAnswer<T>(
  shape: z.ZodType<T>,
  response: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<T> {
  const body = parseJson(await readBody(response, maxBytes))
  if (response.statusCode >= 400) throw refused(response.statusCode, body)
  const read = shape.safeParse(body)
  if (read.success) return read.data
  throw new CatalogueError('REGISTRY_UNREACHABLE', { detail: 'the answer has another form' })
}

/** Throws as {@link readAnswer} unless the status is one of success. The body of a success is left unread. */
export async function requireSuccess(response: Dispatcher.ResponseData): Promise<void> {
  if (response.statusCode < 300) return
  throw refused(response.statusCode, parseJson(await readBody(response, 100_000)))
}

async function readBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw unreachable(cause)
  }
  if (size > maxBytes) {
    throw new CatalogueError('REGISTRY_UNREACHABLE', { detail: 'the answer is too large' })
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function refused(status: number, body: unknown): CatalogueError {
  const read = ErrorBody.safeParse(body)
  const text = read.success ? read.data.errors.map(({ message }) => message).join('\n') : undefined
  const detail = `status ${status}`
  return new CatalogueError('REGISTRY_REFUSED', text === undefined ? { detail } : { text, detail })
}
