import { generateProof } from 'dpop'

const bytes = (text) => new TextEncoder().encode(text)
const base64url = (data) =>
  btoa(String.fromCharCode(...data))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const json = (value) => base64url(bytes(JSON.stringify(value)))
const digest = async (text) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text))))

/** The header `Kilde-Signature` for one body, by the session's key. */
async function signRequest(keys, accessToken, body) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey)
  const header = { typ: 'kilde-request+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }
  const claims = {
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    ath: await digest(accessToken),
    body_sha256: await digest(body),
  }
  const signed = `${json(header)}.${json(claims)}`
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(how, keys.privateKey, bytes(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

/** As plain fetch, signed: organisations that require it then answer too. */
export function createAsk({ graphqlUrl, accessToken, keys }) {
  return async (query, variables) => {
    const token = accessToken()
    const body = JSON.stringify({ query, variables })
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `DPoP ${token}`,
        dpop: await generateProof(keys, graphqlUrl, 'POST', undefined, token),
        'kilde-signature': await signRequest(keys, token, body),
      },
      body,
    })
    return response.json()
  }
}
