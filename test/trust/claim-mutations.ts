import { createHash } from 'node:crypto'
import { digestOf, type ProofMaker, publicJwkOf, seconds } from './hand-made.js'
import { type Check, claimed, type Forge, INVALID } from './mutations.js'

const HOUR = 3_600

/** Checks of what a proof is for: 8 to 12 of RFC 9449 §4.3. */
export const claimChecks: readonly Check[] = [
  {
    number: 8,
    rule: 'htm is the method of the request',
    codes: ['DPOP_PROOF_METHOD'],
    mutations: claimed('htm', {
      GET: 'GET',
      PUT: 'PUT',
      'lower case': 'post',
      'a space behind it': 'POST ',
      'two methods': 'GET,POST',
      'a list': ['POST'],
      any: '*',
    }),
  },
  {
    number: 9,
    rule: 'htu is the address of the request, without query and fragment',
    codes: ['DPOP_PROOF_URL'],
    mutations: {
      'of another service': (maker, { url }) => maker.proof({ payload: { htu: url } }),
      ...addresses({
        'another path': (own) => `${own.origin}/other`,
        'a slash at its end': (own) => `${own.href}/`,
        'no path': (own) => own.origin,
        'upper case in the path': (own) => `${own.origin}/GraphQL`,
        'two slashes': (own) => `${own.origin}//graphql`,
        'a path above': (own) => `${own.href}/..`,
        'an encoded slash': (own) => `${own.href}%2F`,
        'an encoded slash before it': (own) => `${own.origin}/%2Fgraphql`,
        'parameters of a segment': (own) => `${own.href};v=1`,
        'another port': (own) => `${own.protocol}//${own.hostname}:1/graphql`,
        'the other scheme': (own) =>
          own.href.replace(/^https?/, (it) => (it === 'http' ? 'https' : 'http')),
        'a scheme that is none of HTTP': (own) => own.href.replace(/^https?/, 'ftp'),
        'a longer host': (own) => `${own.protocol}//${own.hostname}.evil.example${own.pathname}`,
        'another host, ours as its user': (own) =>
          `${own.protocol}//${own.host}@evil.example/graphql`,
        'a user before the host': (own) => `${own.protocol}//me@${own.host}/graphql`,
        'without its scheme': (own) => `//${own.host}/graphql`,
        'the path alone': (own) => own.pathname,
        'in a list': (own) => [own.href],
        backslashes: (own) => `${own.protocol}\\\\${own.host}\\graphql`,
        'no slashes': (own) => `${own.protocol}${own.host}/graphql`,
        'a space before it': (own) => ` ${own.href}`,
        'a line break in it': (own) => own.href.replace('graphql', 'graph\nql'),
      }),
      'an address of numbers': (maker) =>
        maker.proof({ payload: { htu: maker.url.replace(/\/\/[^/:]+/, '//0x7f.1') } }),
    },
  },
  {
    number: 10,
    rule: 'nonce is the one that the service gave',
    codes: ['DPOP_NONCE_NEEDED'],
    mutations: {
      ...claimed('nonce', { none: undefined, empty: '', null: null, 'a number': 7 }),
      'of another service': (maker, { nonce }) => maker.proof({ payload: { nonce } }),
      ...nonces({
        shortened: (own) => own.slice(1),
        lengthened: (own) => `${own}A`,
        'turned around': (own) => own.split('').reverse().join(''),
        altered: (own) => own.slice(0, -1) + (own.endsWith('A') ? 'B' : 'A'),
        'in a list': (own) => [own],
      }),
    },
  },
  {
    number: 11,
    rule: 'iat is about now',
    codes: ['DPOP_PROOF_EXPIRED', INVALID],
    mutations: times({
      'an hour ago': (now) => now - HOUR,
      'a minute ago': (now) => now - 60,
      'in a minute': (now) => now + 60,
      'in an hour': (now) => now + HOUR,
      'in milliseconds': (now) => now * 1_000,
      'long ago': () => 0,
      'before all time': (now) => -now,
      never: () => 1e300,
      'as text': (now) => `${now}`,
      true: () => true,
    }),
  },
  {
    number: 12,
    rule: 'ath is the digest of the token, and the token is bound to the key',
    codes: [INVALID, 'DPOP_KEY_MISMATCH'],
    mutations: {
      'ath of another token': (maker, { token }) =>
        maker.proof({ payload: { ath: digestOf(token) } }),
      ...digests({
        'the token itself': (token) => token,
        'ath of the whole header': (token) => digestOf(`DPoP ${token}`),
        'ath in hexadecimal': (token) => createHash('sha256').update(token).digest('hex'),
        'ath in base64 with padding': (token) =>
          createHash('sha256').update(token).digest('base64'),
        'ath by SHA-1': (token) => createHash('sha1').update(token).digest('base64url'),
        'ath in a list': (token) => [digestOf(token)],
      }),
      'another key of the same curve': (maker, { keys }) => wholly(maker, keys['P-256'], 'ES256'),
      'another key of another curve': (maker, { keys }) => wholly(maker, keys['P-384'], 'ES384'),
      'another key of another kind': (maker, { keys }) => wholly(maker, keys.rsa, 'PS256'),
    },
  },
]

/** Right in everything, but of somebody else's. */
function wholly(maker: ProofMaker, key: ProofMaker['key'], alg: string): string {
  const { header, payload } = maker.parts()
  return maker.signed({ ...header, alg, jwk: publicJwkOf(key) }, payload, key)
}

type Mutations = Readonly<Record<string, Forge>>

function derived<T>(
  name: string,
  from: (maker: ProofMaker) => T,
  values: Readonly<Record<string, (from: T) => unknown>>,
): Mutations {
  const forges = Object.entries(values).map(([what, value]) => {
    const forge: Forge = (maker) => maker.proof({ payload: { [name]: value(from(maker)) } })
    return [what, forge] as const
  })
  return Object.fromEntries(forges)
}

type Derived<T> = Readonly<Record<string, (from: T) => unknown>>

function addresses(values: Derived<URL>): Mutations {
  return derived('htu', ({ url }) => new URL(url), values)
}

function nonces(values: Derived<string>): Mutations {
  return derived('nonce', ({ nonce }) => nonce, values)
}

function times(values: Derived<number>): Mutations {
  return derived('iat', seconds, values)
}

function digests(values: Derived<string>): Mutations {
  return derived('ath', ({ token }) => token, values)
}
