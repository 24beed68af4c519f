import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { generateRows } from '@kilde/demo'
import { type Session, startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { createProofSigner, createTokenClient, type TokenClient } from '@kilde/trust'

/** Organisations that answer only what the requester has signed. */
export const targets = ['municipality', 'hospital', 'gp'] as const
export type Target = (typeof targets)[number]

/** Asked about by live requesters, and somebody else of whom the organisations hold data too. */
export const [asked, other] = [patients.copd, patients.diabetes]
const ROWS_EACH = 12

/** Somebody who is signed in, and whose every request passes through the gateway. */
export interface Victim {
  readonly session: Session
  /** The session's key: only the requester has it. Here, so that requests of other times can be made. */
  readonly key: KeyObject
}

/** A whole network, and all that a compromised gateway has: its keys, and what passes through it. */
export interface World {
  readonly network: TestNetwork
  readonly victims: readonly Victim[]
  /** The gateway as a client of the issuer, with its own key: it can exchange every live token that it has seen. */
  readonly gateway: TokenClient
  /** Signs those in again whose tokens are about to end. */
  keepSignedIn(): Promise<void>
  /** A token for a node on behalf of a victim. */
  exchanged(victim: Victim, target: Target): Promise<string>
  /** The registry's state, as its signed copies hold it. */
  registry(): ReturnType<TestNetwork['admin']['overview']>
  /** Number of a target. */
  numberOf(target: Target): string
  stop(): Promise<void>
}

const personas = ['nurse', 'gp', 'hospital-doctor'] as const

export async function createWorld(): Promise<World> {
  const until = new Date()
  const holders = [...targets] as [Target, ...Target[]]
  const rows = ROWS_EACH * targets.length
  const network = await startTestNetwork({
    organizations: holders,
    signed: holders,
    data: { patient: asked, organizations: holders, rows, until },
  })
  await network.load(
    generateRows({ patient: other, organizations: holders, rows, until, seed: 'other' }),
  )
  const gateway = createTokenClient({
    issuer: network.issuer,
    clientId: 'kilde-gateway',
    clientKey: network.clientKey('kilde-gateway'),
  })
  // It does not change meanwhile.
  const overview = network.admin.overview()
  const victims = await Promise.all(personas.map((persona) => signIn(network, persona)))
  const numberOf = (target: Target): string => organizations[target].number
  return {
    network,
    victims,
    keepSignedIn: () => keepSignedIn(network, victims),
    gateway,
    exchanged: createExchange(gateway, numberOf),
    registry: () => overview,
    numberOf,
    stop: () => network.stop(),
  }
}

async function keepSignedIn(network: TestNetwork, victims: Victim[]): Promise<void> {
  for (const [index, persona] of personas.entries()) {
    const known = victims[index]
    if (known && known.session.token.expiresAtMs - 60_000 > Date.now()) continue
    victims[index] = await signIn(network, persona)
  }
}

async function signIn(network: TestNetwork, persona: string): Promise<Victim> {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  return { key, session: await network.signIn(persona, createProofSigner(key)) }
}

/** As the gateway does: one token for each requester and organisation, kept while it lives. */
function createExchange(gateway: TokenClient, numberOf: (target: Target) => string) {
  const kept = new Map<string, Promise<{ readonly value: string; readonly expiresAtMs: number }>>()
  return async ({ session }: Victim, target: Target): Promise<string> => {
    const key = `${session.token.value} ${target}`
    const known = await kept.get(key)
    if (known && known.expiresAtMs - 10_000 > Date.now()) return known.value
    const exchange = gateway.exchange({
      subjectToken: session.token.value,
      audience: `kilde:organization:${numberOf(target)}`,
      scope: 'kilde:organization/read',
    })
    kept.set(key, exchange)
    return (await exchange).value
  }
}
