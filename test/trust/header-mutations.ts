import { type ProofMaker, publicJwkOf } from './hand-made.js'
import { type Check, headed, INVALID } from './mutations.js'

const privateJwkOf = ({ key }: ProofMaker) => key.export({ format: 'jwk' })

/** Checks of the header: 4, 5 and 7 of RFC 9449 §4.3. */
export const headerChecks: readonly Check[] = [
  {
    number: 4,
    rule: 'typ is dpop+jwt',
    codes: [INVALID],
    mutations: headed('typ', {
      none: undefined,
      empty: '',
      JWT: 'JWT',
      'of a token': 'at+jwt',
      'upper case': 'DPOP+JWT',
      'with its media type': 'application/dpop+jwt',
      'a list': ['dpop+jwt'],
      'with a space': 'dpop+jwt ',
    }),
  },
  {
    number: 5,
    rule: 'alg is an asymmetric signature that we accept',
    codes: [INVALID],
    mutations: {
      ...headed('alg', {
        'no alg': undefined,
        'alg null': null,
        none: 'none',
        'none in another case': 'nOnE',
        'HS256 by the public key': 'HS256',
        'HS512 by the public key': 'HS512',
        'of another curve': 'ES384',
        'of another kind of key': 'PS256',
        'a list': ['ES256'],
        'a word of JavaScript': 'constructor',
      }),
      'RS256, signed by it': (maker, { keys }) => signedBy(maker, keys.rsa, 'RS256'),
      'EdDSA, signed by it': (maker, { keys }) => signedBy(maker, keys.ed25519, 'EdDSA'),
      'ES256K, signed by it': (maker, { keys }) => signedBy(maker, keys.secp256k1, 'ES256K'),
    },
  },
  {
    number: 7,
    rule: 'jwk has nothing of a private key',
    codes: [INVALID],
    mutations: {
      'the private key': (maker) => maker.proof({ header: { jwk: privateJwkOf(maker) } }),
      ...Object.fromEntries(
        ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((name) => [
          `a member ${name}`,
          (maker: ProofMaker) => withMember(maker, name, 'AQAB'),
        ]),
      ),
      'an empty d': (maker) => withMember(maker, 'd', ''),
      'd null': (maker) => withMember(maker, 'd', null),
      'a symmetric key': (maker) => maker.proof({ header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } }),
    },
  },
]

const withMember = (maker: ProofMaker, name: string, value: unknown): string =>
  maker.proof({ header: { jwk: { ...publicJwkOf(maker.key), [name]: value } } })

function signedBy(maker: ProofMaker, key: ProofMaker['key'], alg: string): string {
  const { header, payload } = maker.parts()
  return maker.signed({ ...header, alg, jwk: publicJwkOf(key) }, payload, key)
}
