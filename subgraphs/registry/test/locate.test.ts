import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createRegistryCaller, registryScopes } from '@kilde/catalogue'
import {
  blind,
  type Epoch,
  evaluateTokens,
  evaluatorAsSystem,
  fetchEpochs,
  inputFor,
  LocateError,
  type SendToEvaluator,
} from '@kilde/locate'
import type { Running } from '@kilde/service'
import type { Professional, System, TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import { createAllowances } from '../src/locate/allowances.js'
import { readKeys, writeKeys } from '../src/locate/key-file.js'
import { createKeyRing, type RingKey } from '../src/locate/key-ring.js'
import { content, createWorld, solvik, type World } from './kit.js'

const orgnrParent = 'helseid://claims/client/claims/orgnr_parent'
const key = Buffer.alloc(32, 7)
const signal = new AbortController().signal
const tokensFor = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `urn:test|${index}`)

describe('The evaluator of the locator', () => {
  let world: World
  let registry: Running
  const dispatcher = new Agent()
  const settings = {
    KILDE_LOCATE_KEY: key.toString('base64url'),
    KILDE_LOCATE_NODE_PER_HOUR: '128',
  }
  const sendAs = (tokens: TokenClient): SendToEvaluator =>
    evaluatorAsSystem({ url: registry.url, tokens, dispatcher, now: Date.now })
  const nodeOf = (organization: string, clientId = `node-${organization}`) =>
    world.client(clientId, { [orgnrParent]: organization })

  async function epochs(): Promise<readonly Epoch[]> {
    const caller = createRegistryCaller({
      registryUrl: registry.url,
      tokens: await world.client('kilde-gateway'),
      scope: registryScopes.follow,
      dispatcher,
      now: Date.now,
    })
    const send: SendToEvaluator = (call, end) => caller.call({ ...call, signal: end })
    return (await fetchEpochs(send, world.keys, Date.now(), signal)).epochs
  }

  beforeAll(async () => {
    world = await createWorld()
    registry = await world.registry(settings)
    const admin = await world.admin()
    await admin.importState(content)
  })
  afterAll(async () => {
    await world.end()
    await dispatcher.destroy()
  })

  it('evaluates a node’s batch to the same outputs each time, without ever being sent the same element', async () => {
    const send = sendAs(await nodeOf(solvik))
    const [first] = await epochs()
    const once = await evaluateTokens(send, await epochs(), tokensFor(3), signal)
    const again = await evaluateTokens(send, await epochs(), tokensFor(3), signal)
    expect(once.get(first?.id ?? '')).toEqual(again.get(first?.id ?? ''))
    expect(new Set(once.get(first?.id ?? '')?.map(String)).size).toBe(3)
  })

  it('keeps its keys over a restart, sealed', async () => {
    const before = await epochs()
    await registry.stop()
    registry = await world.registry(settings)
    expect(await epochs()).toEqual(before)
    const file = await readFile(join(world.folder, 'locate-keys.sealed'))
    expect(file.includes(before[0]?.id ?? '')).toBe(false)
  })

  it('refuses clients of organisations that share no data, and gateways for themselves', async () => {
    for (const tokens of [await nodeOf('310009903'), await world.client('kilde-gateway')])
      await expect(
        evaluateTokens(sendAs(tokens), await epochs(), tokensFor(1), signal),
      ).rejects.toMatchObject({
        code: 'LOCATOR_REFUSED',
        publicText: 'This client may not have anything evaluated.',
      })
  })

  it('refuses what is no element, too many of them, and keys that are gone', async () => {
    const send = sendAs(await nodeOf(solvik))
    const present = await epochs()
    const element = Buffer.from(blind(inputFor('urn:test|1')).element).toString('base64url')
    const ids = present.map(({ id }) => id)
    const bodies = [
      { epochs: ids, elements: [Buffer.alloc(32, 255).toString('base64url')] },
      { epochs: ids, elements: [] },
      { epochs: ids, elements: Array.from({ length: 65 }, () => element) },
      { epochs: ['gone'], elements: [element] },
      { epochs: ids, elements: ['AAAA'] },
      [],
    ]
    for (const body of bodies) {
      const response = await send({ method: 'POST', path: '/locate/evaluate', body }, signal)
      expect(response.statusCode).toBe(400)
      expect(await response.body.text()).toContain('EVALUATION_INPUT')
    }
  })

  it('stops a node that has more evaluated than its allowance, and counts who had how much', async () => {
    const send = sendAs(await nodeOf('310000205'))
    const present = await epochs()
    await evaluateTokens(send, present, tokensFor(64), signal)
    await evaluateTokens(send, present, tokensFor(64), signal)
    await expect(evaluateTokens(send, present, tokensFor(1), signal)).rejects.toMatchObject({
      code: 'LOCATOR_REFUSED',
      publicText: 'The allowance of evaluations is used up. Ask again later.',
    })
    await registry.stop()
    const lines = (await readFile(join(world.folder, 'evaluations.jsonl'), 'utf8')).split('\n')
    expect(lines.filter(Boolean).map((line) => JSON.parse(line) as unknown)).toContainEqual({
      at: expect.any(String),
      client: 'node-310000205',
      requests: 2,
      elements: 128,
    })
  })
})

describe('The keys of the evaluator', () => {
  const HOUR = 3_600_000
  let now = 0
  let kept: readonly RingKey[] = []
  const ringOf = () =>
    createKeyRing({
      initial: kept,
      save: async (keys) => {
        kept = keys
      },
      epochMs: 10 * HOUR,
      overlapMs: 2 * HOUR,
      now: () => now,
    })
  beforeEach(() => {
    now = 0
    kept = []
  })

  it('turn: a new one begins, the one before holds for the overlap, then it is deleted', async () => {
    const ring = ringOf()
    const [first] = await ring.present()
    now = 10 * HOUR
    const both = await ring.present()
    expect(both).toHaveLength(2)
    expect(both[1]).toEqual(first)
    now = 12 * HOUR
    expect(await ring.present()).toEqual([both[0]])
    expect(kept).toEqual([both[0]])
  })

  it('are made once, however many ask', async () => {
    const ring = ringOf()
    const all = await Promise.all([ring.present(), ring.present(), ring.present()])
    expect(new Set(all.map(([one]) => one?.id)).size).toBe(1)
  })

  it('are opened with their own key only', async () => {
    const world = await createWorld()
    await writeKeys(world.folder, key, await ringOf().present())
    expect(await readKeys(world.folder, key)).toEqual(kept)
    await expect(readKeys(world.folder, Buffer.alloc(32, 8))).rejects.toMatchObject({
      code: 'LOCATE_KEYS_UNREADABLE',
    })
    await world.end()
  })
})

describe('The allowance of a person', () => {
  const allow = createAllowances({
    personPerMinute: 6,
    nodePerHour: 64,
    current: () => ({ ...content, version: 1, issuedAt: '2026-01-01T00:00:00Z' }),
  })
  const person = (subject: string) => ({ kind: 'professional', subject }) as Professional

  it('ends for whoever goes through a list of numbers, and for nobody else', async () => {
    await allow(person('one'), 4)
    await allow(person('one'), 2)
    await expect(allow(person('one'), 1)).rejects.toMatchObject({
      code: 'EVALUATION_ALLOWANCE',
      status: 429,
    })
    await expect(allow(person('other'), 1)).resolves.toBeUndefined()
  })

  it('takes no batches: a gateway with a requester’s token is no node', async () => {
    await expect(allow(person('third'), 5)).rejects.toBeInstanceOf(LocateError)
    const gateway = { kind: 'system', subject: 'gateway' } as System
    await expect(allow(gateway, 1)).rejects.toMatchObject({ code: 'EVALUATION_FORBIDDEN' })
  })
})
