import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { generateProof } from 'dpop'

/** An Apollo Client that signs every request with the session's keys. */
export function createClient({ graphqlUrl, accessToken, keys }) {
  const signedFetch = async (url, options) => {
    const token = accessToken()
    const headers = new Headers(options.headers)
    headers.set('authorization', `DPoP ${token}`)
    headers.set('dpop', await generateProof(keys, graphqlUrl, 'POST', undefined, token))
    return fetch(url, { ...options, headers })
  }
  return new ApolloClient({
    link: new HttpLink({ uri: graphqlUrl, fetch: signedFetch }),
    cache: new InMemoryCache({
      // Pages of one list belong together only for the same filter and order.
      typePolicies: { Patient: { fields: { observations: { keyArgs: ['filter', 'order'] } } } },
    }),
  })
}
