import { Socket } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { leadsElsewhere, parseStateInput } from '@kilde/catalogue'
import { AddressRefused, type Resolve } from '../../src/transport/source-connect.js'
import { askOf, clientOf } from './kit.js'
import { answer, HEAD, startRawSource } from './raw-source.js'

const ended: (() => unknown)[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const end of ended.splice(0)) await end()
})

function clientWith(options: Parameters<typeof clientOf>[0] = {}) {
  const client = clientOf(options)
  ended.push(() => client.close())
  return client
}

async function decoy(text = answer('{}')) {
  const source = await startRawSource({ onRequest: (socket) => void socket.write(text) })
  ended.push(() => source.close())
  return { source, port: new URL(source.endpoint).port }
}

const resolvesTo =
  (...addresses: readonly string[]): Resolve =>
  (_name, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

/** The last cause of what a question was refused with. */
async function causeOf(work: Promise<unknown>): Promise<unknown> {
  const fault: unknown = await work.then(
    () => 'an answer',
    (reason: unknown) => reason,
  )
  return fault instanceof Error && fault.cause !== undefined ? fault.cause : fault
}

const HERE = [
  '127.0.0.1',
  '127.9.9.9',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
]
const NO_HOST = [
  ...['0.0.0.0', '0.1.2.3', '169.254.169.254', '169.254.170.2', '169.254.0.1', '224.0.0.1'],
  ...['239.255.255.250', '240.0.0.1', '255.255.255.255', '::', 'fe80::1', 'fe80::a9fe:a9fe%eth0'],
  ...['febf::1', 'ff02::1', 'ff05::2', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe'],
  ...['::ffff:0.0.0.0', '64:ff9b::a9fe:a9fe'],
]
/** Organisations in the health network have addresses of private ranges. */
const OTHERS = [
  ...['10.0.0.5', '172.16.4.4', '192.168.1.9', '100.64.0.1', '203.0.113.7', '83.118.1.1'],
  ...['fd12:3456::1', '2001:db8::1', '::ffff:10.0.0.5', '64:ff9b::a00:5', '128.0.0.1', '126.0.0.1'],
]

describe('G13 a name that resolves elsewhere', () => {
  it.each([...HERE, ...NO_HOST])('G13 to %s is no source', async (address) => {
    expect(leadsElsewhere('node.example', address)).toBe(true)
    const resolve = resolvesTo(address)
    const asked = askOf(clientWith({ resolve }), 'http://node.example:1')
    expect(await causeOf(asked)).toBeInstanceOf(AddressRefused)
  })

  it.each(OTHERS)('G13 to %s may be one', (address) => {
    expect(leadsElsewhere('node.example', address)).toBe(false)
  })

  it('G13 to this machine is not asked, though somebody listens there', async () => {
    const { source, port } = await decoy()
    const names = [
      'node.example',
      'localhost.evil.example',
      'localhost1',
      '127.0.0.1.nip.example',
      'a.b',
    ]
    for (const name of names) {
      for (const addresses of [
        ['127.0.0.1'],
        ['203.0.113.7', '127.0.0.1'],
        ['127.0.0.1', '203.0.113.7'],
        ['::1'],
      ]) {
        const client = clientWith({ resolve: resolvesTo(...addresses) })
        const cause = await causeOf(askOf(client, `http://${name}:${port}/node`))
        expect(cause).toBeInstanceOf(AddressRefused)
      }
    }
    expect(source.connections()).toBe(0)
  })

  it('G13 the second time is not asked the second time', async () => {
    const { source, port } = await decoy(answer('{}', `${HEAD}connection: close\r\n`))
    const found = ['127.0.0.1']
    // Allowed, because it is the machine’s own name; then the name server names another neighbour of it.
    const resolve: Resolve = (name, options, done) => resolvesTo(...found)(name, options, done)
    const client = clientWith({ resolve })
    expect((await askOf(client, `http://localhost:${port}/node`)).status).toBe(200)
    await source.left()
    found[0] = '169.254.169.254'
    const cause = await causeOf(askOf(client, `http://localhost:${port}/node`))
    expect(cause).toBeInstanceOf(AddressRefused)
    expect(source.connections()).toBe(1)
  })

  it('G13 to nothing, or not at all, is no source', async () => {
    const nothing = clientWith({ resolve: resolvesTo() })
    expect(await causeOf(askOf(nothing, 'http://node.example'))).toBeInstanceOf(AddressRefused)
    const fault = new Error('no such name')
    const silent = clientWith({ resolve: (_name, _options, done) => done(fault, []) })
    expect(await causeOf(askOf(silent, 'http://node.example'))).toBe(fault)
  })
})

const HOSTS = [
  ...[
    '169.254.169.254',
    '[::1]',
    '127.0.0.1:1',
    'localhost:1',
    '0.0.0.0',
    '2130706433',
    '0x7f000001',
  ],
  ...[
    '017700000001',
    '[::ffff:169.254.169.254]',
    '[fe80::1]',
    'metadata.google.internal',
    '10.0.0.1',
  ],
  ...[
    'evil.example@127.0.0.1:1',
    '127.0.0.1:1@evil.example',
    'evil.example#@127.0.0.1',
    'evil.example?@x',
  ],
  ...['evil.example\\@127.0.0.1', '127.1', 'evil.example:99999', '%31%32%37.0.0.1'],
]
const SCHEMES = ['http://', 'https://', 'gopher://', 'file:///', '//']
const ENTRIES = SCHEMES.flatMap((scheme) => HOSTS.map((host) => `${scheme}${host}`))

interface Target {
  readonly host?: string
  readonly port?: number | string
}

/** Keeps every connection here, and tells where it would have gone. */
function keepConnections(): Target[] {
  const targets: Target[] = []
  jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (
    this: Socket,
    ...args: unknown[]
  ) {
    const [first] = args
    targets.push((Array.isArray(first) ? first[0] : first) as Target)
    process.nextTick(() => this.destroy(new Error('kept here')))
    return this
  } as never)
  return targets
}

const entryOf = (endpoint: string) => ({
  organizations: [
    {
      number: '310000108',
      name: 'Kornhaug',
      kind: 'HOSPITAL',
      endpoint,
      dataClasses: ['Observation'],
      contractVersion: '1.0',
      state: 'ACTIVE',
      servesCitizens: true,
    },
  ],
  agreements: [],
  memberships: [],
})

function accepted(endpoint: string): string | undefined {
  try {
    return parseStateInput(entryOf(endpoint)).organizations[0]?.endpoint
  } catch {
    return undefined
  }
}

describe('G13 entries of the registry', () => {
  it('G13 100 addresses: refused, or asked at that very host and no other', async () => {
    const targets = keepConnections()
    let refused = 0
    for (const entry of ENTRIES) {
      const endpoint = accepted(entry)
      if (endpoint === undefined) {
        refused += 1
        continue
      }
      const before = targets.length
      await causeOf(askOf(clientWith(), endpoint))
      const { hostname, port, protocol } = new URL(endpoint)
      for (const { host, port: to } of targets.slice(before)) {
        expect(host).toBe(hostname.replace(/^\[|\]$/g, ''))
        expect(Number(to)).toBe(Number(port || (protocol === 'https:' ? 443 : 80)))
      }
    }
    expect(ENTRIES).toHaveLength(100)
    expect(refused).toBeGreaterThanOrEqual(60)
    const asked = targets.map(({ host = '' }) => host)
    expect(asked.filter((host) => /^169\.254|^0\.|^fe80|a9fe/.test(host))).toEqual([])
    // The watch sees what there is to see.
    expect(asked).toContain('10.0.0.1')
  })

  it('G13 in production without TLS are left unasked', async () => {
    const { source } = await decoy()
    const open = await causeOf(askOf(clientWith({ httpsOnly: true }), source.endpoint))
    expect(open).toBeInstanceOf(AddressRefused)
    expect(source.connections()).toBe(0)
    expect((await askOf(clientWith(), source.endpoint)).status).toBe(200)
  })
})

describe('G13 redirects', () => {
  const CODES = [300, 301, 302, 303, 305, 307, 308]
  it('G13 105 of them are followed by nobody', async () => {
    const elsewhere = await decoy()
    const away = `http://127.0.0.1:${elsewhere.port}`
    const places = [
      ...[
        `${away}/`,
        `//127.0.0.1:${elsewhere.port}/`,
        '/other',
        '?again',
        '',
        'file:///etc/passwd',
      ],
      ...['http://169.254.169.254/latest/', 'gopher://127.0.0.1:1/', `${away}@evil.example/`],
      ...[
        'https://[::1]/',
        'javascript:1',
        'data:application/json,{}',
        'http://localhost:1/',
        '\\\\evil\\x',
        '#x',
      ],
    ]
    let redirected = 0
    for (const code of CODES) {
      for (const place of places) {
        const head = `HTTP/1.1 ${code} Elsewhere\r\nlocation: ${place}\r\ncontent-type: application/json\r\n`
        const { source } = await decoy(answer('{}', head))
        const { status } = await askOf(clientWith(), source.endpoint)
        expect([status, source.requests.length]).toEqual([code, 1])
        redirected += 1
      }
    }
    expect(redirected).toBe(105)
    expect(elsewhere.source.connections()).toBe(0)
  })
})
