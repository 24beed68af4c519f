import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditRecord, openAuditLog } from '@kilde/audit'
import { silentLogger } from '@kilde/service'
import {
  createProofSigner,
  createRequestVerifier,
  generateKey,
  issuerJwks,
  memoryReplayStore,
} from '@kilde/trust'
import { organizationNumbers } from '../network.js'
import type { Handlers, Part, World } from '../protocol.js'
import { consumer, requester } from './requester.js'
import { type Session, signIn } from './sign-in.js'

const QUERIES = 2_000
const IN_FLIGHT = 8
const SOURCES = 20
const URL = 'http://127.0.0.1:4000/graphql'

/** The steps of security one by one: what each adds to a query. */
export async function createParts(world: World) {
  const handlers: Handlers = {
    measure: async (): Promise<readonly Part[]> => [
      { name: 'verifying an inbound request (token known)', cpuMs: await verifying(world) },
      { name: 'signing 20 proofs', cpuMs: await signing() },
      { name: 'appending one audit record', cpuMs: await appending() },
    ],
  }
  return { info: {}, handlers }
}

/** Runs a step so many times, some side by side, the first tenth uncounted; milliseconds of CPU for each. */
async function cpuOf(count: number, step: (index: number) => Promise<void>): Promise<number> {
  const warmUp = count / 10
  let before = process.cpuUsage()
  for (let index = 0; index < count + warmUp; index += IN_FLIGHT) {
    if (index >= warmUp && index < warmUp + IN_FLIGHT) before = process.cpuUsage()
    await Promise.all(Array.from({ length: IN_FLIGHT }, (_, more) => step(index + more)))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / count
}

async function verifying(world: World): Promise<number> {
  const session = await signIn(world)
  const verifier = createRequestVerifier({
    issuer: world.issuer,
    audience: 'kilde:gateway',
    keys: issuerJwks(world.issuer),
    replay: memoryReplayStore(),
    requiredScope: 'kilde:gateway/read',
    accept: ['professional', 'citizen'],
  })
  const body = Buffer.alloc(600, 'x')
  const headers = Array.from({ length: QUERIES * 1.1 + IN_FLIGHT }, () => signed(session))
  return cpuOf(QUERIES, async (index) => {
    await verifier.verify({ ...signedAt(headers, index), method: 'POST', url: URL, body })
  })
}

const signed = ({ token, proof }: Session) => ({
  authorization: `DPoP ${token.value}`,
  dpop: proof.sign({ method: 'POST', url: URL, accessToken: token.value }),
})

function signedAt(headers: readonly ReturnType<typeof signed>[], index: number) {
  const found = headers[index]
  if (!found) throw new RangeError('too few signed requests')
  return found
}

async function signing(): Promise<number> {
  const proof = createProofSigner(await generateKey())
  const body = Buffer.alloc(1_200, 'x')
  const sources = organizationNumbers(SOURCES).map((number) => ({
    url: `http://127.0.0.1:4401/${number}/graphql`,
    accessToken: number.repeat(220),
  }))
  return cpuOf(QUERIES / 4, async () => {
    for (const source of sources) proof.sign({ method: 'POST', body, ...source })
  })
}

async function appending(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-bench-parts-'))
  const log = await openAuditLog({
    directory,
    owner: consumer,
    key: Buffer.alloc(32, 7),
    logger: silentLogger,
  })
  const cpuMs = await cpuOf(QUERIES, (index) => log.append(recordOf(index)))
  await log.close()
  await rm(directory, { recursive: true })
  return cpuMs
}

/** One access as the gateway records it. */
function recordOf(index: number): AuditRecord {
  const { pid, clientId, organization, attest, purpose } = requester
  return {
    event: 'PATIENT_DATA_READ',
    at: new Date().toISOString(),
    requestId: `benchmark-${index}`,
    requester: {
      kind: 'professional',
      pid,
      clientId,
      organization,
      pointOfCare: attest.pointOfCare,
    },
    patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
    purpose,
    classes: ['Observation'],
    fields: ['Observation.effective', 'Observation.id', 'Observation.valueText'],
    sources: organizationNumbers(SOURCES).map((number) => ({
      organization: number,
      status: 'OK',
      returned: 50,
    })),
    outcome: 'SUCCESS',
  }
}
