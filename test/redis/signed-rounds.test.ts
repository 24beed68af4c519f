import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { startDatabase } from '../../subgraphs/organization/test/kit/database.js'
import { startNode } from '../../subgraphs/organization/test/kit/node.js'
import { bundle, NOW, weight } from '../../subgraphs/organization/test/kit/observations.js'
import { createRequester } from '../../subgraphs/organization/test/kit/requester.js'
import {
  createIssuer,
  personaClaims,
  systemClaims,
} from '../../subgraphs/organization/test/kit/tokens.js'
import { type OwnRedis, ownRedis } from './start-redis.js'

const { number } = organizations.municipality
const { identifier } = patients.copd
const ROWS = 12

const query = (first: number) => `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations(first: ${first}) { nodes { id } } }
}`

interface Body {
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  readonly data?: { readonly patient: { readonly observations: { readonly nodes: object[] } } }
}

/** Two instances of one organisation's node, on the same database and the same Redis, behind what could be one address. */
describe('several processes of one node', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let redis: OwnRedis
  const nodes: Awaited<ReturnType<typeof startNode>>[] = []
  const issuer = createIssuer()
  const claims = personaClaims('nurse', number)
  const requester = createRequester(issuer, claims)
  const signed = (first: number) => requester.sign(query(first), { identifier })

  beforeAll(async () => {
    database = await startDatabase()
    redis = await ownRedis()
    await redis.start()
    const url = await database.createDatabase('rounds')
    const settings = { KILDE_REQUEST_SIGNATURE: 'REQUESTER', REDIS_URL: redis.url }
    for (const _ of [1, 2]) {
      const databases = [{ organization: 'municipality', url }] as const
      nodes.push(await startNode({ databases, settings, issuer, now: () => Date.now() }))
    }
    const rows = Array.from({ length: ROWS }, (_, index) =>
      weight({
        identifier: [{ system: 'urn:test', value: `w${index}` }],
        effectiveDateTime: new Date(NOW - index * 3_600_000).toISOString(),
      }),
    )
    await untilAnswered(() => post(bundle('batch', ...rows)))
  }, 120_000)
  afterAll(async () => {
    for (const node of nodes) await node.stop()
    await redis?.kill()
    await database?.stop()
  })

  const post = async (body: Uint8Array) =>
    (await nodes[0]?.post('/fhir', systemClaims(number), body))?.status
  const ask = async (process: number, first: number, request: object) => {
    const node = nodes[process]
    if (!node) throw new RangeError('there are two')
    const { body } = await node.ask(claims, query(first), { identifier }, { request })
    const { errors, data } = body as Body
    return errors?.[0]?.extensions.code ?? data?.patient.observations.nodes.length
  }

  it('answer the rounds of one request, whichever of them each comes to, until its rows are used up', async () => {
    const request = signed(5)
    expect(await ask(0, 2, request)).toBe(2)
    expect(await ask(1, 2, request)).toBe(2)
    expect(await ask(0, 2, request)).toBe('REQUEST_SIGNATURE_REPLAYED')
    expect(await ask(1, 1, request)).toBe(1)
    for (const process of [0, 1])
      expect(await ask(process, 1, request)).toBe('REQUEST_SIGNATURE_REPLAYED')
  })

  it('give together no more than was signed, however many ask at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const request = signed(7)
      const asked = Array.from({ length: 8 }, (_, index) => ask(index % 2, 2, request))
      const answers = await Promise.all(asked)
      expect(answers.filter((answer) => answer === 2)).toHaveLength(3)
      expect(new Set(answers)).toEqual(new Set([2, 'REQUEST_SIGNATURE_REPLAYED']))
    }
  }, 60_000)

  it('answer nothing while it cannot be counted, and go on when it can', async () => {
    const request = signed(5)
    expect(await ask(0, 2, request)).toBe(2)
    await redis.kill()
    expect(await ask(1, 2, request)).toBe('REPLAY_STORE_UNAVAILABLE')
    await redis.start()
    await untilAnswered(async () => ((await ask(1, 2, signed(5))) === 2 ? 200 : 503))
  }, 60_000)
})

/** Redis is connected to in the background. */
async function untilAnswered(attempt: () => Promise<number | undefined>): Promise<void> {
  while ((await attempt()) !== 200) await pause(50)
}
