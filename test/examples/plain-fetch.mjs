import { generateProof } from 'dpop'

/**
 * Asks Kilde with plain fetch. `keys` is the pair that the sign-in was bound to, made once per session:
 * `await generateKeyPair('ES256', { extractable: false })` — the browser keeps it and never shows it.
 */
export function createAsk({ graphqlUrl, accessToken, keys }) {
  return async (query, variables) => {
    const token = accessToken()
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `DPoP ${token}`,
        // A new proof for every request: each is accepted once.
        dpop: await generateProof(keys, graphqlUrl, 'POST', undefined, token),
      },
      // Identifiers go into the variables, never into the query: a literal there is refused.
      body: JSON.stringify({ query, variables }),
    })
    return response.json()
  }
}
