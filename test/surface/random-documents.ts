/** Makes documents by GraphQL's grammar, with the contract's names among others, most of which no schema fits; and bytes. */
export interface RandomDocuments {
  document(): string
  bytes(most: number): Uint8Array
  /** Some bytes of a text changed, left out or doubled. */
  spoilt(text: string): Uint8Array
}

const NAMES = [
  'patient',
  'observations',
  'nodes',
  'id',
  'complete',
  'sources',
  'organization',
  'organizations',
  'name',
  'edges',
  'node',
  '__typename',
  '__schema',
  '__type',
  '__proto__',
  'constructor',
  'on',
  'fragment',
  'query',
  'component',
  'quantity',
  'a',
  'b',
  'type',
]
const TYPES = ['Query', 'Patient', 'Observation', 'Organization', 'Int', 'X']

/** The same for the same seed. */
export function randomOf(seed: number): RandomDocuments {
  let state = seed
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (most: number): number => Math.floor(next() * most)
  const pick = <One>(list: readonly One[]): One => list[below(list.length)] as One
  const sometimes = (share: number, write: () => string): string => (next() < share ? write() : '')
  const several = (most: number, write: () => string): string =>
    Array.from({ length: 1 + below(most) }, write).join(' ')

  const value = (depth: number): string => {
    const simple = [
      '1',
      '-0.5e3',
      'null',
      'true',
      'ENUM',
      '$identifier',
      '$v',
      '"text"',
      '"\\u0041\\n"',
      '"""block"""',
      '""',
    ]
    if (depth <= 0) return pick(simple)
    return pick([
      () => pick(simple),
      () => `[${several(3, () => value(depth - 1))}]`,
      () => `{${several(3, () => `${pick(NAMES)}: ${value(depth - 1)}`)}}`,
    ])()
  }
  const args = (): string =>
    `(${several(3, () => `${pick([...NAMES, 'identifier', 'first', 'filter'])}: ${value(2)}`)})`
  const directives = (): string =>
    several(
      2,
      () => `@${pick(['skip', 'include', 'x'])}${sometimes(0.7, () => `(if: ${value(1)})`)}`,
    )
  const field = (depth: number): string =>
    [
      sometimes(0.2, () => `${pick(NAMES)}: `),
      pick(NAMES),
      sometimes(0.2, args),
      sometimes(0.05, directives),
      sometimes(depth > 0 ? 0.5 : 0, () => selection(depth - 1)),
    ].join(' ')
  const selection = (depth: number): string =>
    `{ ${several(4, () =>
      pick([
        () => field(depth),
        () => field(depth),
        () => `...F${below(4)} ${sometimes(0.1, directives)}`,
        () =>
          `... ${sometimes(0.5, () => `on ${pick(TYPES)}`)} ${depth > 0 ? selection(depth - 1) : '{ id }'}`,
      ])(),
    )} }`
  const patient = (): string =>
    `{ ${several(2, () => `${sometimes(0.5, () => 'p: ')} patient(identifier: $identifier) ${selection(4)}`)} }`
  const operation = (): string =>
    `${pick(['query', 'query', 'query', 'mutation', 'subscription'])} ${sometimes(0.3, () => pick(NAMES))}${sometimes(
      0.8,
      () => '($identifier: PatientIdentifier!, $v: [Int!] = [1])',
    )} ${next() < 0.5 ? patient() : selection(next() < 0.05 ? 8 : 4)}`
  const fragments = (): string =>
    Array.from(
      { length: below(5) },
      (_, at) => `fragment F${at} on ${pick(TYPES)} ${selection(3)}`,
    ).join('\n')

  const bytes = (most: number): Uint8Array =>
    Uint8Array.from({ length: below(most) }, () => below(256))
  return {
    document: () => (next() < 0.02 ? pick(TRICKS) : `${operation()}\n${fragments()}`),
    bytes,
    spoilt(text) {
      const made = Buffer.from(text)
      for (let change = 0; change <= below(4); change += 1) made[below(made.length)] = below(256)
      return next() < 0.3 ? made.subarray(0, below(made.length)) : made
    },
  }
}

const TRICKS = [
  '',
  '{',
  '{}',
  '#',
  '\uFEFF{ a }',
  '{ a }'.repeat(3),
  `{ ${'a '.repeat(3_000)} }`,
  '{ "a" }',
  '{ a(b: "\\uD800") }',
  '{ a(b: """',
  'schema { query: Q }',
  'extend type Q { a: Int }',
  '{ \u{1F600} }',
  '{ a(b: 1e99999) }',
  '{ a(b: 00) }',
  `{ a(b: ${'9'.repeat(10_000)}) }`,
  'query ($a: Int = $a) { b }',
]
