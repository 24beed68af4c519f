import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Launched, Session } from '@kilde/demo/test-network'
import { patients } from '@kilde/people'
import { freePort } from '@kilde/service'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.js'
import { asManyAsCome, startNetwork, type WatchedNetwork } from './network.js'
import { signedPost } from './signed-post.js'

type Settings = Readonly<Record<string, string>>

/** Processes of one gateway that have one public address, as behind a balancer of loads, and a network around them. */
export interface Gateways {
  readonly session: Session
  /** A new proof for the question that all tests here ask, with a nonce where one is wanted. */
  proof(nonce?: string): string
  /** Sends the question under a proof to one process. Answers the HTTP status and code, e.g. `401 DPOP_PROOF_REPLAYED`. */
  send(at: number, dpop: string): Promise<string>
  /** The nonce that a process wants now. */
  nonceOf(at: number): Promise<string>
  /** Ends a process without a word, and starts another in its place. */
  restart(at: number): Promise<void>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const organizations = ['gp', 'hospital'] as const
const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations(first: 1) { complete } }
}`
const body = JSON.stringify({ query, variables: { identifier: patients.copd.identifier } })
/** Time for a machine that is busy with other things. */
const patient: Settings = {
  KILDE_LOG_LEVEL: 'silent',
  KILDE_PROOF_SECONDS: '60',
  KILDE_SOURCE_TIMEOUT_MS: '30000',
  KILDE_SOURCE_CONNECT_MS: '10000',
  KILDE_REQUEST_TIMEOUT_MS: '60000',
  // The stand-ins for base data are in the process that sends the requests: it has no time for them.
  KILDE_BASE_DATA_URL: '',
  ...asManyAsCome,
}

export async function startGateways(count: number, settings: Settings): Promise<Gateways> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-gateways-'))
  const processes: GatewayProcess[] = []
  const ports: number[] = []
  let common: Settings = {}
  const start = async (at: number, port: number): Promise<Launched> => {
    const own = { KILDE_PORT: `${port}`, KILDE_AUDIT_DIRECTORY: join(directory, `${at}`) }
    const started = await startGatewayProcess({ ...common, ...own })
    processes[at] = started
    ports[at] = port
    return started
  }
  const network = await startNetwork({
    organizations,
    data: { patient: patients.copd, organizations, rows: 4, until: new Date() },
    launcher: (launcher) => ({
      ...launcher,
      async start(listener, environment) {
        if (listener !== 'gateway') return launcher.start(listener, environment)
        const port = Number(environment['KILDE_PORT'])
        const address = { KILDE_PUBLIC_URL: `http://${HOST}:${port}` }
        common = { ...environment, ...patient, ...address, ...settings }
        return start(0, port)
      },
    }),
  })
  const stop = async (): Promise<void> => {
    for (const one of processes) await one.kill()
    await network.stop()
    await rm(directory, { recursive: true, force: true })
  }
  for (let at = 1; at < count; at += 1) await start(at, await freePort(HOST))
  const session = await network.signIn('gp')
  return {
    session,
    ...asking(network, session, (at) => `http://${HOST}:${ports[at]}`),
    async restart(at) {
      await processes[at]?.kill()
      await start(at, await freePort(HOST))
    },
    stop,
  }
}

function asking(
  network: WatchedNetwork,
  { token, proof }: Session,
  addressOf: (at: number) => string,
): Pick<Gateways, 'proof' | 'send' | 'nonceOf'> {
  const signed = {
    ...{ method: 'POST', url: `${network.gateway}/graphql` },
    ...{ accessToken: token.value, body: Buffer.from(body) },
  }
  const post = (at: number, dpop: string | undefined) =>
    signedPost({
      ...{ url: `${addressOf(at)}/graphql`, body, token: token.value, proof },
      headers: { dpop },
    })
  return {
    proof: (nonce) => proof.sign({ ...signed, ...(nonce !== undefined && { nonce }) }),
    async send(at, dpop) {
      const { status, text } = await post(at, dpop)
      const code = /"code":"([A-Z_]+)"/.exec(text)?.[1]
      return code === undefined ? `${status}` : `${status} ${code}`
    },
    async nonceOf(at) {
      const { headers } = await post(at, undefined)
      return String(headers['dpop-nonce'])
    },
  }
}
