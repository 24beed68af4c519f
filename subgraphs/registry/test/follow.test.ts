import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { locateProviders } from '@kilde/catalogue'
import { isBroken } from '@kilde/service'
import {
  content,
  createWorld,
  fjordheim,
  granli,
  hangingFollower,
  listeningLogger,
  organization,
  signedHeaders,
  solvik,
  until,
  type World,
} from './kit.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.end())

const MINUTE = 60_000

describe('a change', () => {
  it('is what every follower goes by when the command returns', async () => {
    await world.registry()
    const admin = await world.admin()
    const one = await world.follower('one')
    const two = await world.follower('two')
    expect(await admin.importState(content)).toEqual({
      version: 1,
      changed: true,
      acknowledged: ['kilde-gateway/one', 'kilde-gateway/two'],
      missing: [],
    })
    for (const follower of [one, two]) {
      expect(follower.current()).toMatchObject({ state: { version: 1, ...content }, stale: false })
    }
    const query = { consumer: solvik, dataClass: 'Observation', purpose: 'TREAT', at: Date.now() }
    const located = () => locateProviders(one.current().state, query).map(({ state }) => state)
    expect(located()).toEqual(['ACTIVE', 'ACTIVE'])
    await admin.drain(fjordheim)
    expect(located()).toEqual(['ACTIVE', 'DRAINING'])
    await admin.pause(fjordheim)
    expect(located()).toEqual(['ACTIVE', 'PAUSED'])
    await admin.activate(fjordheim)
    expect(located()).toEqual(['ACTIVE', 'ACTIVE'])
    await admin.removeOrganization(fjordheim)
    expect(located()).toEqual(['ACTIVE'])
  })

  it('is told to listeners before it is acknowledged, and a listener that fails stops nothing', async () => {
    await world.registry()
    const admin = await world.admin()
    const follower = await world.follower('one')
    const heard: number[] = []
    follower.onChange(() => {
      throw new Error('a faulty listener')
    })
    const end = follower.onChange(({ version }) => heard.push(version))
    await admin.putOrganization(organization(solvik))
    expect(heard).toEqual([1])
    end()
    await admin.putOrganization(organization(fjordheim))
    expect(heard).toEqual([1])
  })

  it('names the follower that does not acknowledge, and the others have it', async () => {
    const { url } = await world.registry({ KILDE_REGISTRY_ACK_WAIT_MS: '200' })
    const admin = await world.admin()
    const follower = await world.follower('one')
    const leave = await hangingFollower(url, await world.client('kilde-node-310000205'))
    const answer = await admin.importState(content)
    expect(answer).toEqual({
      version: 1,
      changed: true,
      acknowledged: ['kilde-gateway/one'],
      missing: ['kilde-node-310000205/hanging'],
    })
    expect(follower.current().state.version).toBe(1)
    leave()
    await until(async () => (await admin.overview()).followers.length === 1)
    expect((await admin.importState(content)).missing).toEqual([])
  })

  it('is answered with status 202 while somebody is missing, else with 200', async () => {
    const { url } = await world.registry({ KILDE_REGISTRY_ACK_WAIT_MS: '0' })
    const tokens = await world.client('kilde-admin')
    const address = `${url}/admin/state`
    const body = Buffer.from(JSON.stringify(content))
    const put = async () => {
      const headers = await signedHeaders(tokens, 'PUT', address, 'kilde:registry/admin', body)
      return (await fetch(address, { method: 'PUT', headers, body })).status
    }
    expect(await put()).toBe(200)
    const leave = await hangingFollower(url, tokens)
    expect(await put()).toBe(202)
    leave()
  })

  it('that changes nothing keeps the version and waits for the same followers again', async () => {
    await world.registry()
    const admin = await world.admin()
    await world.follower('one')
    await admin.importState(content)
    expect(await admin.importState({ ...content, version: 1 })).toEqual({
      version: 1,
      changed: false,
      acknowledged: ['kilde-gateway/one'],
      missing: [],
    })
  })

  it('one of many at once is not lost: each makes its own version, and followers have the last', async () => {
    await world.registry()
    const admin = await world.admin()
    const follower = await world.follower('one')
    const numbers = [solvik, fjordheim, granli, '310000302', '310000604', '310000701']
    const answers = await Promise.all(
      numbers.map((number) => admin.putOrganization(organization(number))),
    )
    expect(answers.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
    expect(answers.flatMap(({ missing }) => missing)).toEqual([])
    expect(follower.current().state.organizations.map(({ number }) => number)).toEqual(
      [...numbers].sort(),
    )
  })
})

describe('a follower', () => {
  it('goes on without the registry: stale after 15 seconds, unusable after 15 minutes', async () => {
    const registry = await world.registry()
    await (await world.admin()).importState(content)
    let ahead = 0
    const follower = await world.follower('one', { now: () => Date.now() + ahead })
    await registry.stop()
    expect(follower.current()).toMatchObject({ stale: false, state: content })
    const { confirmedAtMs } = follower.current()
    ahead = 16_000
    expect(follower.current()).toMatchObject({ stale: true, state: content, confirmedAtMs })
    expect(isBroken(follower.health())).toBe(false)
    ahead = 14 * MINUTE
    expect(follower.current()).toMatchObject({ stale: true, state: content })
    ahead = 15 * MINUTE + 1_000
    expect(() => follower.current()).toThrow(
      expect.objectContaining({
        code: 'CATALOGUE_UNAVAILABLE',
        status: 503,
        publicText:
          'The registry of organisations has been out of reach for too long. Ask again later.',
      }),
    )
    expect(follower.health().ok).toBe(false)
  })

  it('comes back by itself when the registry does, and has what changed since', async () => {
    const first = await world.registry()
    const follower = await world.follower('one')
    await (await world.admin()).importState(content)
    await first.stop()
    await world.registry()
    const admin = await world.admin()
    await until(async () => (await admin.overview()).followers.some(({ version }) => version === 1))
    expect(follower.current()).toMatchObject({ stale: false, state: { version: 1, ...content } })
    expect(await admin.drain(solvik)).toMatchObject({
      version: 2,
      acknowledged: ['kilde-gateway/one'],
    })
    expect(follower.current().state.organizations[0]?.state).toBe('DRAINING')
  })

  it('is confirmed by heartbeats without being sent the state again', async () => {
    await world.registry()
    await (await world.admin()).importState(content)
    const follower = await world.follower('one')
    const { confirmedAtMs, state } = follower.current()
    await until(() => follower.current().confirmedAtMs > confirmedAtMs)
    expect(follower.current().state).toBe(state)
  })

  it('starts without the registry, and has a state once there is one', async () => {
    const registry = await world.registry()
    await registry.stop()
    const follower = await world.follower('one', { startWaitMs: 50 })
    expect(() => follower.current()).toThrow(
      expect.objectContaining({
        code: 'CATALOGUE_UNAVAILABLE',
        publicText:
          'The registry of organisations has been out of reach for too long. Ask again later.',
      }),
    )
    await world.registry()
    await until(() => follower.health().ok)
    expect(follower.current().state.version).toBe(0)
  })

  it('refuses the state of a registry that was put back to an older one, and says so', async () => {
    const registry = await world.registry()
    const admin = await world.admin()
    await admin.importState(content)
    const old = await readFile(join(world.folder, 'state.json'))
    await admin.drain(solvik)
    const logger = listeningLogger()
    const follower = await world.follower('one', { logger })
    await registry.stop()
    await writeFile(join(world.folder, 'state.json'), old)
    await world.registry()
    await until(() => logger.codes.includes('CATALOGUE_OUTDATED'))
    expect(follower.current().state.version).toBe(2)
    // The way out: the same content under a version that is higher than any before.
    await (await world.admin()).importState({ ...content, version: 10 })
    await until(() => follower.current().state.version === 10)
    expect(follower.current().state).toMatchObject(content)
  })

  it('refuses a registry with another key than the pinned one', async () => {
    await world.registry()
    const logger = listeningLogger()
    const [key] = world.keys.keys
    const keys = { keys: [{ ...key, x: key?.y ?? '', y: key?.x ?? '' }] }
    const follower = await world.follower('one', { keys, logger, startWaitMs: 100 })
    await until(() => logger.codes.length > 0)
    expect(logger.codes).toEqual(['CATALOGUE_UNTRUSTED'])
    expect(follower.health()).toMatchObject({
      name: 'registry',
      ok: false,
      note: 'no signed state yet',
    })
  })

  it('refuses a state that is larger than it takes', async () => {
    await world.registry()
    await (await world.admin()).importState(content)
    const logger = listeningLogger()
    await world.follower('one', { maxStateBytes: 1_000, logger, startWaitMs: 100 })
    await until(() => logger.codes.length > 0)
    expect(logger.codes).toEqual(['REGISTRY_UNREACHABLE'])
  })

  it('uses one token for as long as it lasts', async () => {
    await world.registry()
    const admin = await world.admin()
    await world.follower('one')
    await admin.importState(content)
    await admin.drain(solvik)
    expect(world.issued()).toBe(2)
  })

  it('that connects again replaces its own old connection', async () => {
    const { url } = await world.registry()
    const tokens = await world.client('kilde-gateway')
    const instance = '6f1c1b5e-0000-4000-8000-000000000001'
    await hangingFollower(url, tokens, instance)
    const leave = await hangingFollower(url, tokens, instance)
    const admin = await world.admin()
    expect((await admin.overview()).followers).toEqual([
      { name: 'kilde-gateway/hanging', version: null, connectedAt: expect.any(String) },
    ])
    leave()
    await until(async () => (await admin.overview()).followers.length === 0)
  })
})
