import { describe, expect, it } from '@jest/globals'
import { reviewed } from './compared-otherwise.js'
import { type Comparison, comparisonsIn, sources, textOf } from './find-comparisons.js'

const files = sources()
const lineOf = ({ file, text }: Comparison): string => `${file}: ${text}`
const of = (text: string): readonly string[] =>
  comparisonsIn('packages/x/src/x.ts', text).map((one) => one.text)

describe('Comparing secrets, MACs, digests and tokens', () => {
  it('is done in constant time, or stands in the review with the reason why it needs not be', () => {
    const found = files.flatMap((file) => comparisonsIn(file)).map(lineOf)
    const known = reviewed.flatMap(({ file, texts }) => texts.map((text) => lineOf({ file, text })))
    // The same in both directions: what is no longer there must leave the review.
    expect([...new Set(found)].toSorted()).toEqual([...new Set(known)].toSorted())
  })

  it('is reviewed with a reason for each place', () => {
    expect(reviewed.filter(({ because }) => because.length < 30)).toEqual([])
  })

  it('has one function, which nothing goes round', () => {
    const own = files.filter((file) => /\btimingSafeEqual\b/.test(textOf(file)))
    expect(own).toEqual(['packages/service/src/same-text.ts'])
    const users = files.filter((file) => /\bisSameText\(/.test(textOf(file)))
    expect(users).toEqual(
      expect.arrayContaining([
        'gateway/src/merge/cursor.ts',
        'infra/graphiql/src/read-name.ts',
        'infra/graphiql/src/receive-callback.ts',
        'packages/audit/src/keys.ts',
        'packages/trust/src/base-data/remote-base-data.ts',
        'packages/trust/src/check-proof.ts',
        'packages/trust/src/context/page-signature.ts',
        'packages/trust/src/context/patient-context.ts',
        'packages/trust/src/context/request-signature.ts',
        'packages/trust/src/nonces.ts',
      ]),
    )
  })

  it.each([
    'const a = mac === given',
    'if (claims.cnf?.jkt !== key.jkt) throw fault',
    'return signIn.state == callback.state',
    'return digest(body).equals(given)',
    'return known.includes(accessToken)',
    'return sha256(body) !== claim',
    'return expectedHash.localeCompare(given) === 0',
  ])('would be found: %s', (text) => {
    expect(of(text)).toHaveLength(1)
  })

  it.each([
    "const is = typeof token === 'string'",
    'if (nonce === undefined) return',
    "return state === 'OPEN'",
    'return tag.length === 16',
    'return number === other',
  ])('is not what this is: %s', (text) => {
    expect(of(text)).toEqual([])
  })
})
