import { generateKeyPairSync } from 'node:crypto'
import type { LocatedProvider } from '@kilde/catalogue'
import { createProofSigner } from '@kilde/trust'
import { Ending, type EndSignal } from '../../src/transport/ending.js'
import {
  createSourceClient,
  type SourceClient,
  type SourceClientOptions,
} from '../../src/transport/source-client.js'

const proof = createProofSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

export const clientOf = (options: Partial<SourceClientOptions> = {}): SourceClient =>
  createSourceClient({
    proof,
    maxResponseBytes: 100_000,
    connectTimeoutMs: 5_000,
    ...options,
  })

export const providerOf = (
  endpoint: string,
  change: Partial<LocatedProvider> = {},
): LocatedProvider => ({
  number: '310000108',
  name: 'Kornhaug',
  endpoint,
  audience: 'kilde:organization:310000108',
  contractVersion: '1.0',
  state: 'ACTIVE',
  ground: 'OWN',
  agreements: [],
  predecessors: [],
  ...change,
})

export const question = Buffer.from('{"query":"{ patient }"}')

/** Asks a source once, as the fan-out does. */
export const askOf = (
  client: SourceClient,
  endpoint: string,
  signal: EndSignal = new Ending(),
  onAnswering?: () => void,
) =>
  client.ask({
    provider: providerOf(endpoint),
    endpoint,
    body: question,
    token: 'token',
    signal,
    onAnswering,
  })

/** What a promise rejected with, as plain fields. */
export async function faultOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'no fault'
  } catch (fault) {
    const { name, reason, unsent } = fault as Record<string, unknown>
    return { name, reason, ...(unsent === undefined ? {} : { unsent }) }
  }
}
