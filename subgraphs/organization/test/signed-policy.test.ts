import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { signJson } from '@kilde/feed'
import { silentLogger } from '@kilde/service'
import { generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import { builtInBundle, type PolicyBundle } from '../src/policy/bundle.js'
import { type FollowedPolicy, followPolicy } from '../src/policy/follow-policy.js'
import { BUNDLE_TYPE } from '../src/policy/signed-bundle.js'

const START = Date.parse('2026-11-22T12:00:00Z')
const HOUR = 3_600_000

describe('rules that an organisation distributes', () => {
  let directory: string
  let key: PrivateJwk
  let nowMs: number
  let followed: FollowedPolicy

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kilde-policy-'))
    key = await generateKey()
    nowMs = START
  })
  afterEach(async () => {
    followed.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const file = () => join(directory, 'policy.jws')
  const follow = async () => {
    const { kid, ...rest } = publicPart(key)
    const jwk = { ...rest, ...(kid !== undefined && { kid }) }
    return followPolicy({
      ...{ file: file(), lastGood: join(directory, 'kept', 'good.jws'), logger: silentLogger },
      ...{ keys: { keys: [jwk] }, now: () => nowMs, everyMs: 3_600_000 },
    })
  }
  const put = async (version: number, by: PrivateJwk = key, change: Partial<PolicyBundle> = {}) => {
    const built = builtInBundle()
    const bundle = { ...built, tables: { ...built.tables, version }, ...change }
    const times = {
      issuedAt: new Date(nowMs).toISOString(),
      validUntil: new Date(nowMs + HOUR).toISOString(),
    }
    await writeFile(file(), await signJson({ ...times, bundle }, BUNDLE_TYPE, by))
  }
  const version = () => followed.current()?.tables.version

  it('are none until a signed bundle is there: everything is denied', async () => {
    followed = await follow()
    expect(followed.current()).toBeUndefined()
    expect(followed.health()).toMatchObject({ name: 'policy', ok: false })
    await put(2)
    await followed.look()
    expect(version()).toBe(2)
    expect(followed.health().ok).toBe(true)
  })
  it('go on as they were where the next is not signed by the organisation, not sound, or older', async () => {
    await put(5)
    followed = await follow()
    await put(6, await generateKey())
    await followed.look()
    expect(version()).toBe(5)
    await put(6, key, {
      policies: { common: 'permit (principal', professional: 'x', citizen: 'x' },
    })
    await followed.look()
    expect(version()).toBe(5)
    await writeFile(file(), 'nonsense')
    await followed.look()
    expect(version()).toBe(5)
    await put(4)
    await followed.look()
    expect(version()).toBe(5)
    await put(6)
    await followed.look()
    expect(version()).toBe(6)
  })
  it('survive a restart with a bad file, and end with their time', async () => {
    await put(5)
    followed = await follow()
    followed.stop()
    await writeFile(file(), 'nonsense')
    followed = await follow()
    expect(version()).toBe(5)
    nowMs += HOUR
    expect(followed.current()).toBeUndefined()
    await put(5)
    await followed.look()
    expect(version()).toBe(5)
  })
  it('decide differently at once when they change', async () => {
    await put(5)
    followed = await follow()
    const { tables } = builtInBundle()
    await put(6, key, { tables: { ...tables, version: 6, healthPersonnel: ['LE'] } })
    await followed.look()
    expect(followed.current()?.tables.healthPersonnel).toEqual(['LE'])
  })
})
