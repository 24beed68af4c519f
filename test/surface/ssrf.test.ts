import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import {
  about,
  graphql,
  identifier,
  type Sending,
  type Surface,
  send,
  startSurface,
} from './setting.js'

const HOSTS = [
  ...[
    '169.254.169.254/latest/meta-data/',
    '[::1]:6379/',
    'localhost:5432/',
    '0.0.0.0/',
    '2130706433/',
  ],
  ...[
    '0x7f000001/',
    '[::ffff:169.254.169.254]/',
    'metadata.google.internal/',
    'evil.example/',
    '10.0.0.1/',
  ],
]
const SCHEMES = [
  'http://',
  'https://',
  '//',
  'gopher://',
  'file://',
  'ftp://',
  'ldap://',
  'dict://',
  'jar:http://',
  '',
]

/** Whatever of a request could be taken for an address. */
const places: readonly ((url: string) => Sending)[] = [
  (url) => graphql('query ($i: PatientIdentifier!) { patient(identifier: $i) { id } }', { i: url }),
  (url) => about(`observations(first: 1, after: ${JSON.stringify(url)}) { complete }`),
  (url) => withSources(`sources: $s`, url),
  (url) => withSources(`excludeSources: $s`, url),
  (url) => withSources(`mandatorySources: $s`, url),
  (url) => withFilter({ codes: [`${url}|8867-4`] }),
  (url) => withFilter({ sources: [url] }),
  (url) => withFilter({ period: { start: url } }),
  (url) =>
    graphql('query ($n: OrganizationNumber!) { organization(number: $n) { name } }', { n: url }),
  (url) => ({
    body: JSON.stringify({ query: '{ __typename }', operationName: url.slice(0, 190) }),
  }),
  (url) => ({ body: JSON.stringify({ documentId: url }) }),
  (url) => ({
    body: JSON.stringify({
      query: '{ __typename }',
      extensions: { kilde: { pages: true }, url, persistedQuery: url },
    }),
  }),
  (url) => ({
    ...graphql('{ __typename }'),
    headers: { referer: url, origin: url, 'x-original-url': url },
  }),
  (url) => ({
    ...graphql('{ __typename }'),
    headers: {
      forwarded: `host="${url}"`,
      'x-forwarded-host': url,
      'x-forwarded-for': url,
      via: url,
    },
  }),
  (url) => ({
    ...graphql('{ __typename }'),
    headers: { 'kilde-signature': url, traceparent: url },
  }),
]
const withSources = (argument: string, url: string): Sending =>
  graphql(
    `query ($identifier: PatientIdentifier!, $s: [OrganizationNumber!]) { patient(identifier: $identifier, ${argument}) { id observations(first: 1) { complete } } }`,
    { identifier, s: [url] },
  )
const withFilter = (f: object): Sending =>
  graphql(
    'query ($identifier: PatientIdentifier!, $f: ObservationFilter) { patient(identifier: $identifier) { observations(first: 1, filter: $f) { complete } } }',
    { identifier, f },
  )

interface Target {
  readonly host?: string
  readonly port?: number | string
  readonly path?: string
}

/** Where every connection of this process goes: those of the gateway, of all services, and of the test itself. */
const connect = jest.spyOn(Socket.prototype, 'connect')
const targets = (): ReadonlySet<string> =>
  new Set(
    (connect.mock.calls as unknown[][]).map(([first]) => {
      const {
        host = '',
        port = '',
        path = '',
      } = (Array.isArray(first) ? first[0] : first) as Target
      return `${host}:${port}${path}`
    }),
  )

let surface: Surface
beforeAll(async () => {
  surface = await startSurface()
}, 180_000)
afterAll(() => surface.stop(), 60_000)

describe('G13 addresses in what a client sends', () => {
  it('G13 300 payloads: nobody is called but who was called before, each an entry of the signed registry or a service of the gateway’s own settings', async () => {
    const honest = about('observations(first: 1) { complete nodes { id } sources { status } }')
    expect((await send(surface, honest)).status).toBe(200)
    const before = targets()
    for (const url of Object.values(surface.network.endpoints))
      expect([...before].some((target) => target === new URL(url).host)).toBe(true)
    const failed: string[] = []
    let sent = 0
    for (const [at, place] of places.entries()) {
      for (let turn = 0; turn < 20; turn += 1) {
        const count = at * 20 + turn
        const host = HOSTS[count % HOSTS.length] ?? ''
        const scheme = SCHEMES[Math.floor(count / HOSTS.length) % SCHEMES.length] ?? ''
        const { status, text } = await send(surface, place(`${scheme}${host}`))
        sent += 1
        if (status >= 500) failed.push(`${status} ${text}`)
      }
    }
    expect(sent).toBe(300)
    expect(failed).toEqual([])
    expect([...targets()].filter((target) => !before.has(target))).toEqual([])
  }, 120_000)
})
