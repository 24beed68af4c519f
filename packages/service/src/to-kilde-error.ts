import { KildeError, ServiceError } from './errors.js'

/** Errors of Fastify itself (body too large, not JSON) have codes of their own; everything else unknown is `INTERNAL`. */
export function toKildeError(error: unknown): KildeError {
  if (error instanceof KildeError) return error
  const code = (error as { code?: unknown })?.code
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ServiceError('BODY_TOO_LARGE')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return new ServiceError('BODY_NOT_JSON')
  }
  return new ServiceError('INTERNAL', { cause: error })
}
