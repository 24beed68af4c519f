import { X509Certificate } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  createServer,
  type HealthReport,
  operationOf,
  operationSettings,
  type PartHealth,
  readConfig,
  silentLogger,
  tlsSettings,
} from '../src/index.js'
import { selfSigned, tlsFolder } from './certificates.js'

const token = 'operators-only-0123456789abcdefgh'
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

type Watched = Omit<Parameters<typeof operationOf>[1], 'service' | 'now'>
interface Served extends Watched {
  readonly now?: () => number
  readonly health?: () => readonly PartHealth[]
  readonly settings?: Readonly<Record<string, string>>
}

async function serve({ now = Date.now, health = () => [], settings = {}, ...watched }: Served) {
  const env = { KILDE_HEALTH_TOKEN: token, ...settings }
  const config = readConfig({ ...operationSettings, ...tlsSettings }, env)
  const operation = operationOf(config, { service: 'test', now, ...watched })
  const server = createServer({ logger: silentLogger, bodyLimitBytes: 1_000, health, operation })
  ends.push(() => server.stop(0))
  const url = await server.listen(0, '127.0.0.1')
  return { server, url, report: () => reportOf(url) }
}

const ask = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/health/parts`, { headers })
const reportOf = async (url: string): Promise<HealthReport> =>
  (await (await ask(url, { authorization: `Bearer ${token}` })).json()) as HealthReport

/** Asks until the part is as it is expected to be; the test's own time limit ends it. */
async function until(report: () => Promise<HealthReport>, name: string, state: string) {
  for (;;) {
    const part = (await report()).parts.find((one) => one.name === name)
    if (part?.state === state) return part
    await pause(20)
  }
}

async function startIdentity(date?: () => string) {
  const server = createHttpServer((_request, response) => {
    if (date) response.sendDate = false
    response.writeHead(200, date && { date: date() }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  ends.push(stop)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop }
}

describe('the health page', () => {
  it('names the part that is broken, since when, by what code, and what was before', async () => {
    let nowMs = Date.parse('2106-08-01T10:00:00Z')
    let ok = true
    const { report } = await serve({
      now: () => nowMs,
      health: () => [
        { name: 'store', code: 'STORE_UNREACHABLE', ok },
        { name: 'registry', code: 'REGISTRY_UNREACHABLE', ok: true, note: 'fresh' },
      ],
    })
    expect(await report()).toEqual({
      service: 'test',
      status: 'OK',
      now: '2106-08-01T10:00:00.000Z',
      startedAt: '2106-08-01T10:00:00.000Z',
      parts: [
        { name: 'store', state: 'OK', since: '2106-08-01T10:00:00.000Z' },
        { name: 'registry', state: 'OK', since: '2106-08-01T10:00:00.000Z', note: 'fresh' },
      ],
    })
    ok = false
    nowMs += 60_000
    const broken = await report()
    expect([broken.status, broken.parts[0]]).toEqual([
      'BROKEN',
      {
        name: 'store',
        state: 'BROKEN',
        since: '2106-08-01T10:01:00.000Z',
        code: 'STORE_UNREACHABLE',
        lastFault: { code: 'STORE_UNREACHABLE', at: '2106-08-01T10:01:00.000Z' },
      },
    ])
    ok = true
    nowMs += 60_000
    const { parts } = await report()
    expect(parts[0]).toEqual({
      name: 'store',
      state: 'OK',
      since: '2106-08-01T10:02:00.000Z',
      lastFault: { code: 'STORE_UNREACHABLE', at: '2106-08-01T10:01:00.000Z' },
    })
  })

  it('is for operators alone, also in a browser, and is not there where nobody is one', async () => {
    const { url } = await serve({})
    for (const authorization of [
      '',
      `Bearer ${token}x`,
      'Bearer',
      `Basic ${token}`,
      `DPoP ${token}`,
    ]) {
      const refused = await ask(url, { authorization })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toContain('Basic realm="health"')
      expect(await refused.text()).toContain('OPERATOR_UNKNOWN')
    }
    const basic = Buffer.from(`anybody:${token}`).toString('base64')
    const page = await ask(url, { authorization: `Basic ${basic}`, accept: 'text/html,*/*' })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    expect(await page.text()).toContain('<h1>test: OK</h1>')
    const closed = await serve({ settings: { KILDE_HEALTH_TOKEN: '' } })
    expect((await ask(closed.url, { authorization: 'Bearer ' })).status).toBe(404)
  })

  it('shows no note of a part as anything but text', async () => {
    const { url } = await serve({
      health: () => [{ name: 'a<b', code: 'STORE_UNREACHABLE', ok: false, note: '"<script>&' }],
    })
    const headers = { authorization: `Bearer ${token}`, accept: 'text/html' }
    const page = await (await ask(url, headers)).text()
    expect(page).toContain('<td>a&lt;b</td>')
    expect(page).toContain('STORE_UNREACHABLE: &quot;&lt;script&gt;&amp;')
  })

  it('keeps a service ready that only has a warning', async () => {
    const { url, report } = await serve({
      health: () => [{ name: 'source 1', code: 'SOURCE_UNREACHABLE', ok: false, warning: true }],
    })
    expect((await report()).status).toBe('WARNING')
    const ready = await fetch(`${url}/health/ready`)
    const parts = [{ name: 'source 1', ok: true }]
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', parts }])
  })

  it('refuses a token that can be guessed', () => {
    expect(() => readConfig(operationSettings, { KILDE_HEALTH_TOKEN: 'short' })).toThrow(
      'KILDE_HEALTH_TOKEN: must be 32 to 256',
    )
  })
})

describe('parts of the machine and of the network', () => {
  it('tells that the identity service is gone, and that it is back', async () => {
    const identity = await startIdentity()
    const { report, url } = await serve({ issuer: identity.url })
    await until(report, 'identity', 'OK')
    await identity.stop()
    expect(await until(report, 'identity', 'WARNING')).toMatchObject({
      code: 'IDENTITY_UNREACHABLE',
    })
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
  })

  it('tells that its clock differs from that of the identity service', async () => {
    const identity = await startIdentity(() => new Date(Date.now() - 90_000).toUTCString())
    const { report } = await serve({ issuer: identity.url, clockSkewSeconds: 5 })
    const part = await until(report, 'identity', 'WARNING')
    expect(part).toMatchObject({ code: 'CLOCK_OFF' })
    expect(part.note).toMatch(/^this clock is at least (88|89|90) s ahead of/)
  })

  it('tells that a certificate ends soon, or has ended', async () => {
    const folder = await tlsFolder()
    ends.push(() => folder.remove())
    const pem = await selfSigned('health')
    await folder.put(pem)
    const { validTo } = new X509Certificate(pem.cert)
    const settings = {
      KILDE_TLS_CERTIFICATE_PATH: folder.files.certificatePath,
      KILDE_TLS_KEY_PATH: folder.files.keyPath,
    }
    const at = (leftMs: number) => () => Date.parse(validTo) - leftMs
    const day = 86_400_000
    const told = async (leftMs: number, state: string) => {
      const { report } = await serve({ settings, now: at(leftMs) })
      return until(report, 'certificate', state)
    }
    expect(await told(30 * day, 'OK')).toBeDefined()
    expect(await told(3.5 * day, 'WARNING')).toMatchObject({
      code: 'CERTIFICATE_ENDS_SOON',
      note: 'it ends in 3 days',
    })
    expect(await told(-day, 'BROKEN')).toMatchObject({ code: 'CERTIFICATE_ENDED' })
  })

  it('tells that little is left of the disk', async () => {
    const settings = { KILDE_DISK_LEAST_BYTES: '1099511627776' }
    const full = await serve({ settings, folder: tmpdir() })
    expect(await until(full.report, 'audit folder', 'WARNING')).toMatchObject({
      code: 'DISK_NEARLY_FULL',
      note: expect.stringMatching(/^\d+ MiB are left$/),
    })
  })
})

describe('a service that drains', () => {
  it('is not ready, goes on answering, and asks clients to connect anew', async () => {
    const { server, url } = await serve({ settings: { KILDE_DRAIN_MS: '60000' } })
    expect((await fetch(`${url}/health/live`)).headers.get('connection')).toBe('keep-alive')
    void server.drain()
    const ready = await fetch(`${url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping', parts: [] }])
    const answer = await fetch(`${url}/nowhere`)
    expect([answer.status, answer.headers.get('connection')]).toEqual([404, 'close'])
    expect((await reportOf(url)).status).toBe('STOPPING')
  })
})
