import type { PrivateJwk } from '@kilde/trust'
import { CompactSign, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import type { z } from 'zod'
import type { FeedFaults } from './faults.js'

/** Signs an object as compact JWS (ES256). `key` is a private JWK on P-256; its `kid` goes into the header. */
export function signJson(payload: object, typ: string, key: PrivateJwk): Promise<string> {
  const { kid, ...jwk } = key
  const header = { alg: 'ES256', typ, ...(kid === undefined ? {} : { kid }) }
  return new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header).sign(jwk)
}

type Untrusted = Pick<FeedFaults, 'untrusted'>

/** Checks signature (ES256, a key of `keys`) and type. @throws `untrusted` of the faults */
export async function openJson(
  jws: string,
  typ: string,
  keys: JSONWebKeySet,
  faults: Untrusted,
): Promise<object> {
  try {
    const options = { algorithms: ['ES256'] }
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), options)
    if (protectedHeader.typ !== typ) throw new Error(`type is not ${typ}`)
    const parsed: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null) throw new Error('payload is no object')
    return parsed
  } catch (cause) {
    throw faults.untrusted({ cause, detail: cause instanceof Error ? cause.message : 'unknown' })
  }
}

/** Reads what was signed as a shape. @throws `untrusted` of the faults, naming the first field that is wrong, never its value */
export function readSigned<T>(shape: z.ZodType<T>, payload: object, faults: Untrusted): T {
  const result = shape.safeParse(payload)
  if (result.success) return result.data
  const [first] = result.error.issues
  throw faults.untrusted({ detail: `form: ${first?.path.join('.')}: ${first?.message}` })
}
