import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { startFaultProxy, type TcpFaultProxy } from '../../kit/fault-proxy.js'
import { HEALTH_TOKEN, healthOf, partBecomes, readiness, wellAt } from '../../kit/health.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { note } from '../../kit/note.js'

const members = ['municipality', 'hospital'] as const
const services = ['gateway', 'registry', 'privacy', 'identity', ...members] as const
const own = organizations.municipality.number
const store = `store ${own}`
let ahead = 0
let database: TcpFaultProxy
let network: WatchedNetwork
const urlOf = (name: (typeof services)[number]): string => network.services[name]?.url ?? ''

beforeAll(async () => {
  database = await startFaultProxy()
  const operated = { KILDE_HEALTH_TOKEN: HEALTH_TOKEN }
  const patientClock = { ...operated, KILDE_CLOCK_SKEW_SECONDS: '60' }
  network = await startNetwork({
    organizations: members,
    data: { patient: patients.copd, organizations: members, rows: 4, until: new Date() },
    now: () => Date.now() + ahead,
    settings: {
      ...Object.fromEntries(services.map((name) => [name, patientClock])),
      identity: { ...operated, KILDE_TOKEN_SECONDS: '3600' },
    },
    launcher: (launcher) => ({
      ...launcher,
      async startStore(names) {
        const started = await launcher.startStore(names)
        const [, url] = Object.entries(started.databases).find(([name]) => name.includes(own)) ?? []
        database.pointAt(`http://${new URL(url ?? '').host}`)
        const { host } = new URL(database.url)
        const through = (address: string) => address.replace(new URL(address).host, host)
        const databases = Object.entries(started.databases).map(
          ([name, address]) => [name, address === url ? through(address) : address] as const,
        )
        return { ...started, databases: Object.fromEntries(databases) }
      },
    }),
  })
}, 120_000)
afterAll(async () => {
  await network.stop()
  await database.stop()
}, 60_000)

const ask = () =>
  network.ask(
    'nurse',
    `query ($identifier: PatientIdentifier!) {
      patient(identifier: $identifier) { observations(first: 1) { sources { status } } }
    }`,
    { identifier: patients.copd.identifier },
  )

/** Notes how long a part took: at most 5 s to be gone and 10 s to be back where the machine does nothing else (peers.md O12). */
async function noted(what: 'goneMs' | 'backMs', work: Promise<unknown>): Promise<void> {
  const began = performance.now()
  await work
  note('O12', { [what]: performance.now() - began })
}

describe('the health pages of a network, one part after the other broken', () => {
  it('name every part of every service as well, and tell them to operators alone', async () => {
    await ask()
    for (const name of services) {
      const { service, status, parts } = await wellAt(urlOf(name))
      expect([name, service, status]).toEqual([
        name,
        (members as readonly string[]).includes(name) ? 'organization' : name,
        'OK',
      ])
      expect(parts.length).toBeGreaterThan(0)
      expect((await fetch(`${urlOf(name)}/health/parts`)).status).toBe(401)
    }
    const { parts } = await healthOf(urlOf('gateway'))
    expect(parts.map(({ name }) => name)).toEqual([
      ...['registry', 'audit', 'audit folder', 'identity'],
      ...members.map((member) => `source ${organizations[member].number}`),
    ])
  })

  it('the database of a node that refuses connections: not ready, and ready again', async () => {
    const url = urlOf('municipality')
    await database.down()
    await noted('goneMs', partBecomes(url, store, 'BROKEN'))
    expect(await readiness(url)).toBe(503)
    expect((await healthOf(url)).parts.filter(({ state }) => state !== 'OK')).toMatchObject([
      { name: store, code: 'STORE_UNREACHABLE' },
    ])
    await database.up()
    await noted('backMs', partBecomes(url, store, 'OK'))
    expect(await readiness(url)).toBe(200)
  }, 60_000)

  it('the database of a node that takes questions and never answers: the same', async () => {
    const url = urlOf('municipality')
    database.poison({ timeout: true })
    await noted('goneMs', partBecomes(url, store, 'BROKEN'))
    database.poison({})
    await database.down()
    await database.up()
    await noted('backMs', partBecomes(url, store, 'OK'))
    expect(await readiness(url)).toBe(200)
  }, 60_000)

  it('the folder of the gateway’s access log taken away', async () => {
    const folder = join(network.directory, 'audit', 'gateway')
    await rename(folder, `${folder}.away`)
    await writeFile(folder, '')
    const part = await partBecomes(urlOf('gateway'), 'audit folder', 'BROKEN')
    expect(part).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    expect(await readiness(urlOf('gateway'))).toBe(503)
    await rm(folder)
    await rename(`${folder}.away`, folder)
    await partBecomes(urlOf('gateway'), 'audit folder', 'OK')
    expect(await readiness(urlOf('gateway'))).toBe(200)
  }, 30_000)

  it('a node that is gone is named by the gateway as soon as it was asked', async () => {
    await network.services.hospital?.stop()
    await ask()
    const name = `source ${organizations.hospital.number}`
    expect(await partBecomes(urlOf('gateway'), name, 'WARNING')).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      note: 'UNREACHABLE CONNECTION_FAILED',
    })
    expect(await readiness(urlOf('gateway'))).toBe(200)
  }, 30_000)

  it('the privacy service, at first as a warning, then nothing is told', async () => {
    await network.services.privacy?.stop()
    const [url, name] = [urlOf('municipality'), `privacy ${own}`]
    ahead = 60_000
    await partBecomes(url, name, 'WARNING')
    expect(await readiness(url)).toBe(200)
    ahead = 1_000_000
    expect(await partBecomes(url, name, 'BROKEN')).toMatchObject({ code: 'PRIVACY_UNREACHABLE' })
    expect(await readiness(url)).toBe(503)
  }, 30_000)

  it('the identity service, and after it the registry', async () => {
    ahead = 0
    await network.services.identity?.stop()
    for (const name of ['gateway', 'registry', 'municipality'] as const) {
      expect(await partBecomes(urlOf(name), 'identity', 'WARNING')).toMatchObject({
        code: 'IDENTITY_UNREACHABLE',
      })
    }
    await network.services.registry?.stop()
    ahead = 2_000_000
    const part = await partBecomes(urlOf('gateway'), 'registry', 'BROKEN')
    expect(part).toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
    expect(await readiness(urlOf('gateway'))).toBe(503)
  }, 30_000)
})
