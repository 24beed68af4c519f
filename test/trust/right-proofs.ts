import type { KeyObject } from 'node:crypto'
import { type Part, type ProofMaker, publicJwkOf, seconds } from './hand-made.js'

/** A proof that is right, although not as our own clients make it. */
export interface RightProof {
  readonly name: string
  /** Key and algorithm, where not ES256. */
  readonly alg?: 'ES384' | 'ES512' | 'PS256' | 'PS384' | 'PS512'
  readonly make: (maker: ProofMaker) => string
  /** Scheme and token in the header `Authorization`. */
  readonly scheme?: string
}

/** Keys for the algorithms that are accepted. */
export type KeysOf = Readonly<Record<NonNullable<RightProof['alg']>, KeyObject>>

const payload = (name: string, change: (maker: ProofMaker) => Part): RightProof => ({
  name,
  make: (maker) => maker.proof({ payload: change(maker) }),
})

/** RFC 3986 §6.2.2 and §6.2.3: addresses that are the same. */
const addressed = (name: string, spell: (own: URL) => string): RightProof =>
  payload(name, ({ url }) => ({ htu: spell(new URL(url)) }))

const jwk = (name: string, change: (own: Part) => Part): RightProof => ({
  name,
  make: (maker) => maker.proof({ header: { jwk: change(publicJwkOf(maker.key)) } }),
})

const port = ({ port: own, protocol }: URL): string => own || (protocol === 'https:' ? '443' : '80')

/** At least 20 that must not be refused. */
export const rightProofs: readonly RightProof[] = [
  { name: 'a plain one', make: (maker) => maker.proof() },
  addressed('the scheme in upper case', (own) =>
    own.href.replace(own.protocol, own.protocol.toUpperCase()),
  ),
  addressed('the host in upper case', (own) => own.href.replace(own.host, own.host.toUpperCase())),
  addressed('its port named', (own) => `${own.protocol}//${own.hostname}:${port(own)}/graphql`),
  addressed('a dot segment', (own) => `${own.origin}/./graphql`),
  addressed('a dot segment up', (own) => `${own.origin}/x/../graphql`),
  addressed('dot segments beyond the root', (own) => `${own.origin}/../../graphql`),
  addressed('encoded dot segments', (own) => `${own.origin}/x/%2e%2E/graphql`),
  addressed('a letter encoded', (own) => `${own.origin}/%67raphql`),
  addressed('every letter encoded, in lower case', (own) => `${own.origin}/%67%72%61%70%68%71%6c`),
  addressed('a query', (own) => `${own.href}?a=b`),
  addressed('an empty query', (own) => `${own.href}?`),
  addressed('a fragment', (own) => `${own.href}#a`),
  addressed('a query and a fragment', (own) => `${own.href}?a=%20b&c#d/e?f`),
  payload('made a moment ago', () => ({ iat: seconds() - 1 })),
  payload('made in a moment', () => ({ iat: seconds() + 1 })),
  payload('a time with a fraction', () => ({ iat: Date.now() / 1_000 })),
  payload('an id of 256 characters', () => ({ jti: `${Date.now()}-`.padEnd(256, 'x') })),
  payload('an id of other letters', () => ({ jti: `æøå ${Date.now()} 🙂` })),
  payload('claims that nobody knows', () => ({ exp: 0, aud: 'other', nested: { a: [1] } })),
  jwk('a key with its name and use', (own) => ({ ...own, kid: 'mine', use: 'sig', alg: 'ES256' })),
  jwk('a key in another order', ({ x, y, kty, crv }) => ({ y, x, crv, kty })),
  {
    name: 'a header with more in it',
    make: (maker) => maker.proof({ header: { kid: '1', cty: 'x' } }),
  },
  { name: 'Authorization: dpop', make: (maker) => maker.proof(), scheme: 'dpop' },
  { name: 'Authorization: DPOP', make: (maker) => maker.proof(), scheme: 'DPOP' },
  ...(['ES384', 'ES512', 'PS256', 'PS384', 'PS512'] as const).map((alg) => ({
    name: `signed by ${alg}`,
    alg,
    make: (maker: ProofMaker) => maker.proof(),
  })),
]
