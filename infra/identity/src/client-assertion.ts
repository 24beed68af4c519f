import { errors } from 'oidc-provider'

const maxLifeSeconds = 60

type Json = Readonly<Record<string, unknown>>

/** HelseID's rules for `private_key_jwt` beyond what the library checks (target architecture B2). */
export function checkClientAssertion(issuer: string, payload: Json, header: Json): void {
  if (header['typ'] !== 'client-authentication+jwt') throw refused('typ')
  if (payload['aud'] !== issuer) throw refused('aud must be the issuer alone')
  const { exp } = payload
  const left = typeof exp === 'number' ? exp - Date.now() / 1000 : Number.POSITIVE_INFINITY
  if (left > maxLifeSeconds) throw refused('exp is more than 60 seconds away')
}

function refused(detail: string): errors.InvalidClientAuth {
  return new errors.InvalidClientAuth({ detail })
}
