import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createFollower,
  createRegistryAdmin,
  type Follower,
  type FollowerOptions,
  publicKeysOf,
  type RegistryAdmin,
} from '@kilde/catalogue'
import { type Logger, type Running, readConfig, silentLogger } from '@kilde/service'
import { generateKey, type TokenClient } from '@kilde/trust'
import { createRegistry, registrySettings } from '../src/index.js'
import { startIssuer } from './issuer.js'

export const [solvik, fjordheim, granli] = ['310000108', '310000205', '310000507'] as const

export function organization(number: string, change: object = {}) {
  return {
    number,
    name: `Organisation ${number}`,
    kind: 'MUNICIPALITY' as const,
    endpoint: `http://127.0.0.1:4401/${number}`,
    dataClasses: ['Observation'],
    contractVersion: '1.0',
    state: 'ACTIVE' as const,
    servesCitizens: true,
    ...change,
  }
}

export function agreement(consumer: string, provider: string) {
  return {
    id: `${consumer}-${provider}`,
    consumer,
    provider,
    dataClasses: ['Observation'],
    purposes: ['TREAT'],
    legalBasis: 'helsepersonelloven § 45',
    riskAssessment: 'ROS-2026-1',
    validFrom: '2026-01-01',
  }
}

export function membership(number: string) {
  return {
    organization: number,
    acceptedTerms: [{ version: '1', date: '2026-01-01' }],
    validFrom: '2026-01-01',
  }
}

/** Two members, of which the first may ask the second. */
export const content = {
  organizations: [organization(solvik), organization(fjordheim)],
  agreements: [agreement(solvik, fjordheim)],
  memberships: [membership(solvik), membership(fjordheim)],
}

export interface World {
  readonly folder: string
  readonly keys: FollowerOptions['keys']
  /** Starts the registry on its folder; on the port of the one before, where there was one. */
  registry(settings?: Readonly<Record<string, string>>): Promise<Running>
  admin(): Promise<RegistryAdmin>
  client(clientId: string, claims?: Readonly<Record<string, unknown>>): Promise<TokenClient>
  issued(): number
  /** A started follower of the running registry. */
  follower(name: string, options?: Partial<FollowerOptions>): Promise<Follower>
  /** The log of changes, line by line. */
  changes(): Promise<readonly Record<string, unknown>[]>
  end(): Promise<void>
}

/** Real registry, real tokens, real followers, on free ports; everything is ended by `end`. */
export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'kilde-registry-'))
  const issuer = await startIssuer()
  const key = await generateKey()
  const ends: (() => Promise<void>)[] = []
  let url = ''

  return {
    folder,
    keys: publicKeysOf(key),
    async registry(settings = {}) {
      const config = readConfig(registrySettings, {
        KILDE_PORT: url === '' ? '0' : new URL(url).port,
        KILDE_ISSUER: issuer.url,
        KILDE_REGISTRY_DIRECTORY: folder,
        KILDE_REGISTRY_KEY: JSON.stringify(key),
        KILDE_REGISTRY_HEARTBEAT_MS: '50',
        ...settings,
      })
      const running = await createRegistry(config, { logger: silentLogger })
      url = running.url
      const stop = once(() => running.stop())
      ends.push(stop)
      return { url, stop }
    },
    async admin() {
      const admin = createRegistryAdmin({
        registryUrl: url,
        tokens: await issuer.client('kilde-admin'),
      })
      ends.push(() => admin.close())
      return admin
    },
    client: (clientId, claims) => issuer.client(clientId, claims),
    issued: () => issuer.issued(),
    async follower(name, options = {}) {
      const follower = createFollower({
        registryUrl: url,
        keys: publicKeysOf(key),
        tokens: await issuer.client('kilde-gateway'),
        name,
        logger: silentLogger,
        ...options,
      })
      ends.push(() => follower.stop())
      await follower.start()
      return follower
    },
    async changes() {
      const text = await readFile(join(folder, 'changes.jsonl'), 'utf8')
      const lines = text.split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    async end() {
      for (const end of ends.reverse()) await end()
      await issuer.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** Connects to the stream and never says a word. Resolves when it is connected; answers how to leave. */
export async function hangingFollower(
  url: string,
  tokens: TokenClient,
  instance: string = randomUUID(),
): Promise<() => void> {
  const address = new URL(`${url}/state/stream`)
  const signed = await signedHeaders(tokens, 'GET', address.href, 'kilde:registry/follow')
  const headers = { ...signed, 'kilde-follower': `hanging;${instance}` }
  const request = get(address, { headers, agent: false })
  const status = await new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => resolve(response.statusCode))
  })
  if (status !== 200) throw new Error(`status ${String(status)}`)
  return () => void request.destroy()
}

/** Headers of one request with a fresh token and a fresh proof. */
export async function signedHeaders(
  tokens: TokenClient,
  method: string,
  url: string,
  scope: string,
  body: Uint8Array = new Uint8Array(),
): Promise<Record<string, string>> {
  const { value } = await tokens.clientCredentials({ audience: 'kilde:registry', scope })
  const dpop = tokens.proof.sign({ method, url, accessToken: value, body })
  return { authorization: `DPoP ${value}`, dpop, 'content-type': 'application/json' }
}

/** Waits for what another part will bring about; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A logger whose warnings can be read. */
export function listeningLogger(): Logger & { readonly codes: string[] } {
  const codes: string[] = []
  return {
    codes,
    info() {},
    error() {},
    warn: (fields) => void codes.push(String((fields as { code?: unknown }).code)),
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= action()
    return done
  }
}
