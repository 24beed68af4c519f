import { type Logger, redactNumbers } from '@kilde/service'
import { z } from 'zod'
import { GraphiqlError } from './errors.js'
import type { NonceWanted } from './settings.js'

export interface Form {
  readonly url: string
  readonly fields: URLSearchParams
  /** Made by the browser, passed on as it is. */
  readonly proof: string
  readonly fetch: typeof globalThis.fetch
  readonly logger: Logger
}

const timeoutMs = 5_000
const oauthError = z.object({
  error: z.string().max(100),
  error_description: z.string().max(500).optional(),
})

/**
 * Posts to the identity service, or asks for another proof where the service wants its nonce in it.
 * @throws GraphiqlError `SIGN_IN_REFUSED` with the service's own words, `SIGN_IN_UNAVAILABLE`
 */
export async function postForm<T>(form: Form, shape: z.ZodType<T>): Promise<T | NonceWanted> {
  const response = await send(form)
  const body = await readJson(response)
  if (response.ok) return parse(shape, body)
  const refusal = parse(oauthError, body)
  const nonce = response.headers.get('dpop-nonce')
  if (refusal.error === 'use_dpop_nonce' && nonce !== null) return { nonce }
  form.logger.warn({ error: refusal.error }, 'the identity service refused a sign-in')
  throw refused(refusal.error, refusal.error_description)
}

/** The refusal in the identity service's words, which may quote what a user typed: cleared of identity numbers. */
export function refused(error: string, description?: string): GraphiqlError {
  const words = redactNumbers(description === undefined ? error : `${error}: ${description}`)
  return new GraphiqlError('SIGN_IN_REFUSED', {
    text: `The identity service refused the sign-in (${words}).`,
  })
}

async function send({ url, fields, proof, fetch }: Form): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { dpop: proof, accept: 'application/json' },
      body: fields,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw new GraphiqlError('SIGN_IN_UNAVAILABLE', { cause })
  }
}

export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new GraphiqlError('SIGN_IN_UNAVAILABLE', { detail: 'the answer is not JSON', cause })
  }
}

export function parse<T>(shape: z.ZodType<T>, body: unknown): T {
  const read = shape.safeParse(body)
  if (read.success) return read.data
  throw new GraphiqlError('SIGN_IN_UNAVAILABLE', {
    detail: 'the answer lacks what the standard asks for',
  })
}
