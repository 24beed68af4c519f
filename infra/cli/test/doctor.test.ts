import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations } from '@kilde/people'
import { generateKey } from '@kilde/trust'
import { goesWith } from '../src/doctor/look-at-network.js'
import { runHere } from './kit.js'
import { type RunningDemo, startRunningDemo } from './running-demo.js'

const healthToken = 'of-the-operators-of-this-demo-0123456789'
const members = ['municipality', 'gp'] as const
const services = ['gateway', 'identity', 'registry', 'privacy', ...members]

let demo: RunningDemo
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kilde-doctor-'))
  await writeFile(join(folder, 'token'), `${healthToken}\n`)
  const settings = Object.fromEntries(
    services.map((name) => [name, { KILDE_HEALTH_TOKEN: healthToken }]),
  )
  demo = await startRunningDemo(members, { settings, healthToken })
}, 120_000)
afterAll(async () => {
  await demo.stop()
  await rm(folder, { recursive: true })
}, 60_000)

interface Findings {
  readonly well: boolean
  readonly findings: readonly { where: string; code: string; severity: string; what: string }[]
}

async function examine(...args: string[]) {
  const { code, out, err } = await demo.kilde('doctor', '--json', ...args)
  expect(err).toBe('')
  const { findings } = JSON.parse(out) as Findings
  return { code, findings }
}
const examineAt = (...urls: string[]) =>
  examine('--at', ...urls, '--token-file', join(folder, 'token'))

async function listening(server: Server | ReturnType<typeof createTcpServer>) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Until nothing is found: a machine that is busy with other things may make a part late. */
async function untilWell(): Promise<void> {
  while ((await examine()).code !== 0);
}

describe('kilde doctor', () => {
  it('finds nothing where all is well, and says so', async () => {
    await untilWell()
    const { code, out } = await demo.kilde('doctor')
    expect({ code, out }).toEqual({ code: 0, out: 'All is well.\n' })
  }, 60_000)

  it('names what a service is not told: its parts', async () => {
    const { code, findings } = await examine('--at', demo.network.gateway)
    expect([code, findings]).toEqual([
      3,
      [expect.objectContaining({ code: 'HEALTH_CLOSED', severity: 'WARNING' })],
    ])
  })

  it('names an address where nobody listens, and one that takes questions and never answers', async () => {
    const gone = createTcpServer()
    const silent = createTcpServer(() => undefined)
    const [goneAt, silentAt] = [await listening(gone), await listening(silent)]
    await new Promise((resolve) => gone.close(resolve))
    const { code, findings } = await examineAt(goneAt, silentAt)
    expect(code).toBe(1)
    expect(findings).toMatchObject([
      { where: goneAt, code: 'UNREACHABLE', what: expect.stringContaining('nobody listens there') },
      {
        where: silentAt,
        code: 'UNREACHABLE',
        what: expect.stringContaining('did not answer in time'),
      },
    ])
    silent.close()
  }, 30_000)

  it('names a clock that is off', async () => {
    const server = createServer((_request, response) => {
      response.sendDate = false
      response.setHeader('date', new Date(Date.now() + 60_000).toUTCString())
      response.end(JSON.stringify({ status: 'ready', parts: [] }))
    })
    const { findings } = await examine('--at', await listening(server))
    expect(findings[0]).toMatchObject({
      code: 'CLOCK_OFF',
      what: expect.stringMatching(/^this clock is at least \d+ s behind that of http/),
    })
    server.close()
  })

  it('names the part of a service that is ill', async () => {
    const server = createServer(({ url }, response) => {
      const part = {
        name: 'store 310000108',
        ok: false,
        state: 'BROKEN',
        code: 'STORE_UNREACHABLE',
      }
      const parts = [{ ...part, since: '2106-01-01T00:00:00Z' }]
      response.statusCode = url === '/health/ready' ? 503 : 200
      response.end(JSON.stringify({ status: 'not ready', parts }))
    })
    const url = await listening(server)
    expect((await examineAt(url)).findings).toMatchObject([
      {
        where: url,
        code: 'STORE_UNREACHABLE',
        what: 'store 310000108, since 2106-01-01T00:00:00Z',
      },
    ])
    expect((await examine('--at', url)).findings[0]).toMatchObject({
      code: 'NOT_READY',
      what: 'it is not ready: store 310000108',
    })
    server.close()
  })

  it('looks at the settings of a service on this machine, and at what they name', async () => {
    const secret = Buffer.alloc(32, 7).toString('base64url')
    const settings = {
      KILDE_ISSUER: demo.network.issuer,
      KILDE_CLIENT_ID: 'kilde-node-nobody-knows',
      KILDE_CLIENT_KEY: JSON.stringify(await generateKey()),
      KILDE_REGISTRY_URL: 'http://127.0.0.1:1',
      KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [{ kty: 'EC' }] }),
      KILDE_ORGANIZATION: '310000108',
      KILDE_AUDIT_KEY: secret,
      KILDE_DIGEST_KEY: secret,
      DATABASE_URL: 'postgres://kilde:hidden@127.0.0.1:1/node',
      KILDE_AUDIT_DIRECTORY: join(folder, 'not-there'),
    }
    const write = (given: object) =>
      writeFile(
        join(folder, 'node.env'),
        Object.entries(given)
          .map(([name, value]) => `${name}='${String(value)}'\n`)
          .join(''),
      )
    const args = ['--service', 'organization', '--env-file', join(folder, 'node.env')]
    await write(settings)
    const { code, findings } = await examine(...args)
    expect(code).toBe(1)
    expect(findings.map(({ where, code: one }) => `${where} ${one}`)).toEqual([
      'KILDE_REGISTRY_URL UNREACHABLE',
      'DATABASE_URL UNREACHABLE',
      'KILDE_AUDIT_DIRECTORY AUDIT_UNAVAILABLE',
      'KILDE_CLIENT_KEY CLIENT_REFUSED',
    ])
    expect(JSON.stringify(findings)).not.toContain('hidden')
    await write({ ...settings, KILDE_DIGEST_KEY: 'c2hvcnQ' })
    const unusable = await examine(...args)
    expect(unusable.findings).toMatchObject([
      { code: 'SETTING_UNUSABLE', what: expect.stringMatching(/^KILDE_DIGEST_KEY: /) },
    ])
  })

  it('takes versions of the contract for good that are the same, or neighbours', () => {
    expect(['1.1', '1.2', '1.3'].every((one) => goesWith(one, '1.2'))).toBe(true)
    expect(['1.0', '1.4', '2.2', 'x'].some((one) => goesWith(one, '1.2'))).toBe(false)
  })

  it('refuses a command line that says half of it', async () => {
    expect((await runHere(['doctor', '--service', 'gateway'])).code).toBe(2)
    expect((await runHere(['doctor', '--at', 'gateway'])).code).toBe(2)
  })

  it('names services of the network that are gone, last', async () => {
    const { services: running } = demo.network
    await running.gp?.stop()
    await running.registry?.stop()
    const { code, findings } = await examine()
    expect(code).toBe(1)
    const gone = findings.filter(({ code: one }) => one === 'UNREACHABLE')
    expect(gone.map(({ where }) => where)).toEqual([
      'the registry',
      `the node of ${organizations.gp.name}`,
    ])
  }, 60_000)
})
