import { isSameText } from '@kilde/service'
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { z } from 'zod'
import { GraphiqlError } from './errors.js'

const nameClaim = z.object({ name: z.string().max(200).optional(), nonce: z.string() })

/** Name of who has signed in, from the identity token (OpenID Connect Core, 3.1.3.7). Absent without `openid`. */
export async function readName(o: {
  readonly idToken: string | undefined
  readonly nonce: string
  readonly issuer: string
  readonly clientId: string
  readonly jwksUrl: string
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}): Promise<string | undefined> {
  if (o.idToken === undefined) return undefined
  const keys = createRemoteJWKSet(new URL(o.jwksUrl), { [customFetch]: o.fetch })
  const checks = {
    issuer: o.issuer,
    audience: o.clientId,
    currentDate: new Date(o.now()),
    clockTolerance: 5,
  }
  const verified = await jwtVerify(o.idToken, keys, checks).catch((cause: unknown) => {
    throw new GraphiqlError('SIGN_IN_UNAVAILABLE', {
      detail: 'the identity token is not usable',
      cause,
    })
  })
  const claims = nameClaim.safeParse(verified.payload)
  if (!claims.success || !isSameText(claims.data.nonce, o.nonce))
    throw new GraphiqlError('SIGN_IN_MISMATCH')
  return claims.data.name
}
