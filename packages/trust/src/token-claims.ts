import { z } from 'zod'
import { claims } from './claims.js'
import { TrustError } from './errors.js'

const seconds = z.number().nonnegative().max(253_402_300_799)
const nonEmpty = z.string().min(1).max(500)
const organizationNumber = z.string().regex(/^\d{9}$/)

const shape = z.looseObject({
  iss: nonEmpty,
  aud: z.union([nonEmpty, z.array(nonEmpty).max(20)]),
  exp: seconds,
  iat: seconds,
  nbf: seconds.optional(),
  sub: nonEmpty.optional(),
  client_id: nonEmpty,
  // HelseID writes a list. One string, as in RFC 9068, is refused: two readings of one claim are one too many.
  scope: z.array(nonEmpty).max(100),
  cnf: z.looseObject({ jkt: nonEmpty.optional() }).optional(),
  sid: nonEmpty.optional(),
  act: z.looseObject({ sub: nonEmpty }).optional(),
  name: z.string().max(500).optional(),
  [claims.pid]: z
    .string()
    .regex(/^\d{11}$/)
    .optional(),
  [claims.securityLevel]: z
    .string()
    .regex(/^[1-4]$/)
    .optional(),
  [claims.hprNumber]: nonEmpty.optional(),
  [claims.orgnrParent]: organizationNumber.optional(),
  [claims.orgnrChild]: organizationNumber.optional(),
  [claims.orgnrSupplier]: organizationNumber.optional(),
})

/** Claims of an access token in the form that HelseID gives them. Attest and citizen claim are still unread. */
export type TokenClaims = z.infer<typeof shape>

export function readTokenClaims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const read = shape.safeParse(payload)
  if (read.success) return read.data
  // Names of claims only: a value could be an identity number.
  const names = read.error.issues.map((issue) => issue.path.join('.'))
  throw new TrustError('TOKEN_MALFORMED', { detail: `claims: ${names.join(', ')}` })
}
