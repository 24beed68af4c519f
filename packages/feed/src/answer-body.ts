import type { KildeError } from '@kilde/service'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import type { FeedFaults } from './faults.js'

type AnswerFaults = Pick<FeedFaults, 'unreachable' | 'refused'>

const ErrorBody = z.object({
  errors: z.array(z.object({ message: z.string().max(20_000) })).min(1),
})

/**
 * Reads an answer as JSON of a known shape.
 * @throws `refused` with the service's own text, or `unreachable` where the answer is not the service's
 */
export async function readAnswer<T>(
  shape: z.ZodType<T>,
  response: Dispatcher.ResponseData,
  maxBytes: number,
  faults: AnswerFaults,
): Promise<T> {
  const body = parseJson(await readBody(response, maxBytes, faults))
  if (response.statusCode >= 400) throw refused(response.statusCode, body, faults)
  const read = shape.safeParse(body)
  if (read.success) return read.data
  throw faults.unreachable({ detail: 'the answer has another form' })
}

/** Throws as {@link readAnswer} unless the status is one of success. The body of a success is left unread. */
export async function requireSuccess(
  response: Dispatcher.ResponseData,
  faults: AnswerFaults,
): Promise<void> {
  if (response.statusCode < 300) return
  throw refused(response.statusCode, parseJson(await readBody(response, 100_000, faults)), faults)
}

async function readBody(
  response: Dispatcher.ResponseData,
  maxBytes: number,
  faults: AnswerFaults,
): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw faults.unreachable({ cause })
  }
  if (size > maxBytes) {
    throw faults.unreachable({ detail: 'the answer is too large' })
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

function refused(status: number, body: unknown, faults: AnswerFaults): KildeError {
  const read = ErrorBody.safeParse(body)
  const text = read.success ? read.data.errors.map(({ message }) => message).join('\n') : undefined
  const detail = `status ${status}`
  return faults.refused(text === undefined ? { detail } : { text, detail })
}
