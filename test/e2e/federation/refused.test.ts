import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { registrySdl, sharingSdl } from '@kilde/contract'
import { startGateway } from '@kilde/gateway'
import { KildeError, silentLogger } from '@kilde/service'
import { compose, LINK } from '../../kit/subgraphs.js'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kilde-refused-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** The lines in which a gateway refuses to start with these settings. */
async function problemsOf(
  supergraph: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const file = join(directory, 'supergraph.graphql')
  await writeFile(file, supergraph)
  const env = { KILDE_SUPERGRAPH: file, KILDE_AUTHENTICATION: 'off', KILDE_PORT: '0', ...settings }
  const started = await startGateway(env, { logger: silentLogger }).catch((fault: unknown) => fault)
  if (!(started instanceof KildeError)) throw new Error('it did start')
  expect(started.code).toBe('INVALID_CONFIGURATION')
  return started.publicText
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}

const subgraph = (sdl: string, name = 'one', url = `http://${name}.example/graphql`) => ({
  name,
  url,
  sdl,
})
const plain = compose([subgraph(`${LINK} type Query { a: String }`)])

const linking = (imports: string, sdl: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: [${imports}]) ${sdl}`

describe('a supergraph that cannot be run', () => {
  it.each<readonly [name: string, supergraph: string, problem: string]>([
    ['is no GraphQL', 'type Query {', 'it is no GraphQL schema'],
    [
      'is one subgraph',
      'type Query { a: String }',
      'it is no supergraph: it does not link the join specification; it names no subgraph: it is not composed',
    ],
    [
      'is of a later specification',
      plain.replace(/join\/v0\.\d/, 'join/v0.9'),
      'it uses join/v0.9 (for: EXECUTION), which this gateway does not carry out',
    ],
    [
      'wants tokens checked by directives',
      compose([
        subgraph(
          linking(
            '"@authenticated", "@requiresScopes", "@policy"',
            'type Query { a: Int @authenticated b: Int @requiresScopes(scopes: [["x"]]) c: Int @policy(policies: [["y"]]) }',
          ),
        ),
      ]),
      ['policy', 'requiresScopes', 'authenticated']
        .map(
          (name) => `it uses ${name}/v0.1 (for: SECURITY), which this gateway does not carry out`,
        )
        .join('; '),
    ],
    [
      'has a feature of somebody’s that is needed to run it',
      plain.replace(
        '{\n  query',
        '@link(url: "https://example.org/shield/v1.0", for: SECURITY) {\n  query',
      ),
      'it uses https://example.org/shield/v1.0 (for: SECURITY), which this gateway does not carry out',
    ],
    [
      'requires fields with arguments',
      compose([
        subgraph(
          `${LINK} type Query { p: P } type P @key(fields: "id") { id: ID! price(currency: String!): Int! }`,
        ),
        subgraph(
          `${LINK} type P @key(fields: "id") { id: ID! price(currency: String!): Int! @external sum: Int! @requires(fields: "price(currency: \\"NOK\\")") }`,
          'two',
        ),
      ]),
      'P.sum requires `price(currency: "NOK")`: arguments in @requires give wrong answers',
    ],
    [
      'requires fields where it cannot be asked for the type',
      compose([
        subgraph(`${LINK} type Query { x: Int } type P @key(fields: "id") { id: ID! price: Int! }`),
        subgraph(
          `${LINK} type Query { q: P } type P @key(fields: "id", resolvable: false) { id: ID! price: Int! @external sum: Int! @requires(fields: "price") }`,
          'two',
        ),
      ]),
      'P requires fields in TWO, which has no key by which it can be asked for it',
    ],
    [
      'is refused by the planner itself',
      plain.replace('type Query', 'type Query implements Missing'),
      '@apollo/gateway refuses it: ',
    ],
    [
      'calls something else by the name of the contract',
      compose([subgraph(`${LINK} type Query { a: String }`, 'sharing')]),
      'its subgraph `sharing` is not that of the contract: the name is taken',
    ],
  ])('is refused at the start: it %s', async (_name, supergraph, problem) => {
    const problems = await problemsOf(supergraph)
    expect(problems.join('\n')).toContain(`KILDE_SUPERGRAPH: ${problem}`)
  })

  it.each([
    ['ftp://one.example/', 'is neither http nor https'],
    ['http://user:secret@one.example/', 'holds a user name or password'],
    ['http://one.invalid/graphql', 'stands for none'],
    ['one', 'is no URL'],
  ])('has an address for each subgraph, not %s', async (url, problem) => {
    const supergraph = compose([subgraph(`${LINK} type Query { a: String }`, 'one', url)])
    const problems = await problemsOf(supergraph)
    expect(problems).toEqual([`KILDE_SUPERGRAPH: the address of \`one\` ${problem}`])
  })

  it('is refused with all that is wrong with it at once', async () => {
    const sdl = linking('"@policy", "@key"', 'type Query { a: Int @policy(policies: [["y"]]) }')
    const supergraph = compose([subgraph(sdl, 'one', 'ftp://one.example/')])
    expect(await problemsOf(supergraph.replace(/join\/v0\.\d/, 'join/v0.9'))).toEqual([
      'KILDE_SUPERGRAPH: it uses join/v0.9 (for: EXECUTION), which this gateway does not carry out; it uses policy/v0.1 (for: SECURITY), which this gateway does not carry out; the address of `one` is neither http nor https',
    ])
  })

  it('names what is wrong with the settings beside it', async () => {
    const headers = JSON.stringify({ other: ['accept-language'], one: ['authorization'] })
    const settings = { KILDE_SUBGRAPH_HEADERS: headers, NODE_ENV: 'production' }
    expect(await problemsOf(plain, settings)).toEqual([
      'KILDE_AUTHENTICATION: cannot be off in production',
      'KILDE_SUBGRAPH_HEADERS: `other` is no subgraph that gets headers',
    ])
    expect(await problemsOf(plain, { KILDE_SUBGRAPH_HEADERS: '{"one": ["DPoP", "a b"]}' })).toEqual(
      ['KILDE_SUBGRAPH_HEADERS: names a header that is never passed on; must be names of headers'],
    )
  })

  it('needs what authentication needs, unless that is off', async () => {
    const problems = await problemsOf(plain, { KILDE_AUTHENTICATION: 'on' })
    expect(problems).toEqual(
      ['KILDE_ISSUER', 'KILDE_AUDIT_DIRECTORY', 'KILDE_AUDIT_KEY'].map(
        (name) => `${name}: is required and not set`,
      ),
    )
  })
})

describe('a graph with patients', () => {
  const contract = (url: string) =>
    compose([
      { name: 'sharing', url: 'http://sharing.invalid/graphql', sdl: sharingSdl },
      { name: 'registry', url: 'http://registry.invalid/graphql', sdl: registrySdl },
      subgraph(`${LINK} type Query { a: String }`, 'other', url),
    ])
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  })
  const settings = {
    KILDE_ISSUER: 'https://issuer.example',
    KILDE_CLIENT_KEY: JSON.stringify(key),
    KILDE_REGISTRY_URL: 'https://registry.example',
    KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [{ kty: 'EC' }] }),
    KILDE_CURSOR_KEY: Buffer.alloc(32).toString('base64url'),
    KILDE_AUDIT_DIRECTORY: '/nowhere',
    KILDE_AUDIT_KEY: Buffer.alloc(32).toString('base64url'),
  }

  it('is never open to everybody, and never passes tokens on', async () => {
    const headers = JSON.stringify({ registry: ['x-a'], other: ['cookie'] })
    const both = { ...settings, KILDE_SUBGRAPH_HEADERS: headers }
    expect(await problemsOf(contract('https://other.example/'), both)).toEqual([
      'KILDE_AUTHENTICATION: cannot be off where `sharing` is: it gives patients away',
      'KILDE_SUBGRAPH_HEADERS: `registry` is no subgraph that gets headers',
    ])
    expect(
      await problemsOf(contract('https://other.example/'), {
        ...both,
        KILDE_AUTHENTICATION: 'on',
        KILDE_SUBGRAPH_HEADERS: '{"other": ["Cookie"]}',
      }),
    ).toEqual(['KILDE_SUBGRAPH_HEADERS: cookie is never passed on where authentication is on'])
  })

  it('is of the contract that the gateway merges by', async () => {
    const older = contract('https://other.example/').replaceAll('  conflict: ', '  differs: ')
    const [problem] = await problemsOf(older, { ...settings, KILDE_AUTHENTICATION: 'on' })
    expect(problem).toMatch(
      /^KILDE_SUPERGRAPH: `sharing` is of another version of the contract: \w+\.conflict, \w+\.conflict, .* and \d+ more are missing$/,
    )
  })

  it('asks others over https in production', async () => {
    const production = {
      ...settings,
      KILDE_AUTHENTICATION: 'on',
      NODE_ENV: 'production',
      KILDE_PUBLIC_URL: 'https://kilde.example',
    }
    expect(await problemsOf(contract('http://other.example/'), production)).toEqual([
      'KILDE_SUPERGRAPH: the address of `other` must be https in production',
    ])
  })
})
