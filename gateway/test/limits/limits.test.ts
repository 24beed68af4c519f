import { describe, expect, it } from '@jest/globals'
import { KildeError } from '@kilde/service'
import { documentLimits } from '../../src/limit-settings.js'
import { parseWithin } from '../../src/limits.js'

function outcome(text: string, limits = documentLimits): string {
  try {
    parseWithin(text, limits)
    return 'accepted'
  } catch (fault) {
    if (!(fault instanceof KildeError)) throw fault
    return `${fault.code}: ${fault.publicText}`
  }
}

const repeat = (count: number, write: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => write(at)).join(' ')
const tooLarge = (words: string) =>
  `DOCUMENT_TOO_LARGE: The GraphQL document is too large: ${words}.`

/** For each limit a document of exactly `size`, which is within all the others. */
const documents: readonly (readonly [
  keyof typeof documentLimits,
  string,
  (size: number) => string,
])[] = [
  ['maxCharacters', 'characters', (size) => `{ a }${' '.repeat(size - 5)}`],
  ['maxTokens', 'tokens', (size) => `{ a(b: [${repeat(size - 9, () => '1')}]) }`],
  ['maxDepth', 'levels', (size) => `${'{ a '.repeat(size)}${'}'.repeat(size)}`],
  ['maxAliases', 'aliases', (size) => `{ a { ${repeat(size, (at) => `x${at}: b`)} } }`],
  ['maxDirectives', 'directives', (size) => `{ a { ${repeat(size, () => 'b @c')} } }`],
  ['maxRootFields', 'fields at the top', (size) => `{ ${repeat(size, () => 'a')} }`],
  [
    'maxFields',
    'fields, fragments written out',
    // Written out by fragments, for as many names would be too many tokens.
    (size) =>
      `{ a { ${repeat(9, () => '...F')} ${repeat(size - 1 - 9 * 600, () => 'b')} } } fragment F on T { ${repeat(600, () => 'c')} }`,
  ],
]

describe('Each limit of a document', () => {
  it.each(documents)('%s lets its own size through, and not one more', (name, words, write) => {
    const most = Number(documentLimits[name])
    expect(outcome(write(most))).toBe('accepted')
    const found = name === 'maxCharacters' || name === 'maxTokens' ? '' : `, found ${most + 1}`
    expect(outcome(write(most + 1))).toBe(tooLarge(`at most ${most} ${words}${found}`))
  })

  it('counts what a fragment holds wherever it is used', () => {
    const uses = (count: number) =>
      `{ a { ${repeat(count, () => '...F')} } } fragment F on T { x: b y: c }`
    expect(outcome(uses(documentLimits.maxAliases / 2))).toBe('accepted')
    expect(outcome(uses(documentLimits.maxAliases / 2 + 1))).toBe(
      tooLarge(
        `at most ${documentLimits.maxAliases} aliases, found ${documentLimits.maxAliases + 2}`,
      ),
    )
  })

  it('ends at brackets that would end the stack of the parser', () => {
    const limits = { ...documentLimits, maxTokens: 100_000, maxCharacters: 1_000_000 }
    for (const text of [
      `{ a(b: ${'['.repeat(50_000)}`,
      '{ a '.repeat(50_000),
      `{ a(b: ${'{ c: '.repeat(50_000)}`,
    ]) {
      expect(outcome(text, limits)).toMatch(/^DOCUMENT_TOO_LARGE: .* brackets in one another\.$/)
    }
  })

  it('refuses fragments that hold each other', () => {
    expect(outcome('{ ...A } fragment A on T { ...A }')).toBe(
      'DOCUMENT_MALFORMED: The GraphQL document cannot be carried out: a fragment holds itself.',
    )
  })

  it('comes after the policy of introspection', () => {
    const refusal =
      'INTROSPECTION_REFUSED: The schema cannot be read here: it is published with the contract.'
    const limits = { ...documentLimits, introspection: false }
    const large = `{ ${repeat(200, (at) => `x${at}: a`)} ...F } fragment F on Query { s: __schema { types { name } } }`
    expect(outcome(large, limits)).toBe(refusal)
    expect(outcome('{ __type(name: "Query") { name } }', limits)).toBe(refusal)
    expect(outcome('{ __typename }', limits)).toBe('accepted')
    expect(outcome('{ __schema: a { b } }', limits)).toBe('accepted')
  })
})
