import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Session } from '@kilde/demo/test-network'
import { patients } from '@kilde/people'
import { freePort } from '@kilde/service'
import { type Balancer, startBalancer } from '../kit/balancer.js'
import { type GatewayProcess, startGatewayProcess } from '../kit/gateway-process.js'
import { asManyAsCome, startNetwork, type WatchedNetwork } from '../kit/network.js'
import { note } from '../kit/note.js'
import { type OwnRedis, ownRedis } from './start-redis.js'

/** `KILDE_DRAIN_ROUNDS=20` replaces every replica so many times; CI does it less often. */
const ROUNDS = Number(process.env['KILDE_DRAIN_ROUNDS'] ?? 2)
/** Between two requests: they come whether or not the one before is answered. */
const EVERY_MS = 60
const members = ['municipality', 'gp'] as const
const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations(first: 2) { complete nodes { id } } }
}`
const body = Buffer.from(
  JSON.stringify({ query, variables: { identifier: patients.copd.identifier } }),
)

let redis: OwnRedis
let network: WatchedNetwork
let balancer: Balancer
let session: Session
let directory: string
let settings: Readonly<Record<string, string>> = {}
const replicas: GatewayProcess[] = []

async function startReplica(): Promise<GatewayProcess> {
  const port = await freePort('127.0.0.1')
  const own = { KILDE_PORT: `${port}`, KILDE_AUDIT_DIRECTORY: join(directory, `${port}`) }
  const started = await startGatewayProcess({ ...settings, ...own })
  // Its own address, not the public one, which is that of the balancer.
  const replica = { ...started, url: `http://127.0.0.1:${port}` }
  balancer.add(replica.url)
  replicas.push(replica)
  return replica
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kilde-drain-'))
  redis = await ownRedis()
  await redis.start()
  balancer = await startBalancer()
  network = await startNetwork({
    organizations: members,
    data: { patient: patients.copd, organizations: members, rows: 4, until: new Date() },
    launcher: (launcher) => ({
      ...launcher,
      async start(listener, environment) {
        if (listener !== 'gateway') return launcher.start(listener, environment)
        settings = {
          ...environment,
          ...asManyAsCome,
          KILDE_PUBLIC_URL: balancer.url,
          KILDE_LOG_LEVEL: 'silent',
          KILDE_PROOF_SECONDS: '60',
          KILDE_SOURCE_TIMEOUT_MS: '30000',
          KILDE_SOURCE_CONNECT_MS: '10000',
          KILDE_REQUEST_TIMEOUT_MS: '60000',
          KILDE_BASE_DATA_URL: '',
          KILDE_DRAIN_MS: '1500',
          REDIS_URL: redis.url,
        }
        await startReplica()
        return { ...(await startReplica()), pid: 0, stop: async () => {} }
      },
    }),
  })
  await balancer.ready(2)
  session = await network.signIn('nurse')
}, 120_000)
afterAll(async () => {
  for (const one of replicas) await one.kill()
  await network.stop()
  await balancer.stop()
  await redis.kill()
  await rm(directory, { recursive: true, force: true })
}, 60_000)

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** What came of one request: `200`, another status with its code, or why there was no answer. */
function send(): Promise<string> {
  const url = `${balancer.url}/graphql`
  const { token, proof } = session
  const headers = {
    'content-type': 'application/json',
    'content-length': `${body.length}`,
    authorization: `DPoP ${token.value}`,
    dpop: proof.sign({ method: 'POST', url, accessToken: token.value, body }),
  }
  return new Promise((resolve) => {
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      text(response).then(
        (said) => resolve(judge(response.statusCode, said)),
        (error: NodeJS.ErrnoException) => resolve(`cut: ${error.code ?? error.message}`),
      )
    })
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(`no answer: ${error.code}`))
    asked.end(body)
  })
}

function judge(status: number | undefined, said: string): string {
  const { data } = JSON.parse(said) as {
    data?: { patient: { observations: { complete: boolean; nodes: readonly object[] } } }
  }
  const list = data?.patient.observations
  return list?.complete && list.nodes.length === 2 ? `${status}` : `${status} ${said.slice(0, 200)}`
}

/** Sends all the time, at a pace that does not wait for answers, until that is over. */
async function loadWhile(work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  let ended = false
  const told: Promise<string>[] = []
  const sending = (async () => {
    while (!ended) {
      told.push(send())
      await pause(EVERY_MS)
    }
  })()
  await work()
  ended = true
  await sending
  const counts = new Map<string, number>()
  for (const one of await Promise.all(told)) counts.set(one, (counts.get(one) ?? 0) + 1)
  return counts
}

describe('replicas of a gateway behind a balancer that are replaced one after the other', () => {
  it('answer every request, while more come than are answered at a time', async () => {
    const counts = await loadWhile(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const [oldest] = replicas
        await startReplica()
        await balancer.ready(3)
        await oldest?.stop()
        replicas.shift()
        balancer.remove(oldest?.url ?? '')
      }
    })
    note('requests while replicas were replaced', Object.fromEntries(counts))
    expect([...counts.keys()]).toEqual(['200'])
    expect(counts.get('200')).toBeGreaterThan(ROUNDS * 20)
  }, 300_000)
})
