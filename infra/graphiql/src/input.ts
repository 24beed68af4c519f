import { z } from 'zod'
import { GraphiqlError } from './errors.js'
import type { AuthorizationDetail } from './settings.js'

const proof = z
  .string()
  .max(4_096)
  .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)

const detail = z.looseObject({ type: z.string().min(1).max(200) })
const start = z.object({ proof, authorizationDetails: z.array(detail).max(10).default([]) })
const token = z.object({ proof })

const callback = z.object({
  state: z.string().max(200),
  iss: z.string().max(500),
  code: z.string().max(2_000).optional(),
  error: z.string().max(100).optional(),
  error_description: z.string().max(500).optional(),
})

export type Callback = z.infer<typeof callback>

export function readStart(body: unknown): {
  proof: string
  authorizationDetails: readonly AuthorizationDetail[]
} {
  return read(start, parseJson(body))
}

export function readToken(body: unknown): { proof: string } {
  return read(token, parseJson(body))
}

/** Query of the redirect back from the identity service; undefined where it is none. */
export function readCallback(query: unknown): Callback | undefined {
  return callback.safeParse(query).data
}

function read<T>(shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value)
  if (!result.success) throw new GraphiqlError('SIGN_IN_INPUT')
  return result.data
}

/** The server hands bodies over as bytes. */
function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '')
  } catch (cause) {
    throw new GraphiqlError('SIGN_IN_INPUT', { cause })
  }
}
