import { createHash } from 'node:crypto'
import { type Epoch, type Holdings, openHoldings, signHoldings } from '@kilde/locate'
import { generateKey, publicPart } from '@kilde/trust'

const dataClass = 'Observation'

/** What stands for a person's output of the OPRF, which is as good as random (RFC 9497 §7.2): millions of real ones take an hour. */
export const outputOf = (person: number): Buffer =>
  createHash('sha512').update(`person ${person}`).digest()

export interface Filters {
  readonly holdings: readonly Holdings[]
  /** Of each organisation, whom it holds. */
  readonly held: readonly ReadonlySet<number>[]
  readonly signedBytes: number
  /** Milliseconds of the processor for all of one organisation's: tokens, bits, signature. */
  readonly buildMs: number
  /** Milliseconds for checking one signature and reading it. */
  readonly openMs: number
}

/** Signed filters of so many organisations, each of its own patients out of the population, chosen evenly. */
export async function makeFilters(
  organizations: number,
  patients: number,
  population: number,
): Promise<Filters> {
  const key = await generateKey()
  const keys = [publicPart(key)]
  const publicKey = Buffer.alloc(32, 1).toString('base64url')
  const epoch: Epoch = { id: 'bench', publicKey, fromMs: 0, untilMs: 1e15 }
  const holdings: Holdings[] = []
  const held: Set<number>[] = []
  let [signedBytes, buildMs, openMs] = [0, 0, 0]
  for (let index = 0; index < organizations; index += 1) {
    const organization = String(310_000_000 + index)
    const own = new Set<number>()
    for (let serial = 0; own.size < patients; serial += 1) own.add(drawn(index, serial, population))
    const outputs = [...own].map(outputOf)
    const content = { organization, dataClass, covers: [], epoch, asOfMs: 0, outputs }
    const from = cpuMs()
    const jws = await signHoldings({ ...content, falsePositiveRate: 0.01 }, key)
    const built = cpuMs()
    holdings.push(await openHoldings(jws, keys, { organization, dataClass }))
    openMs += cpuMs() - built
    buildMs += built - from
    signedBytes += jws.length
    held.push(own)
  }
  return {
    ...{ holdings, held, signedBytes },
    ...{ buildMs: buildMs / organizations, openMs: openMs / organizations },
  }
}

/** The same in every run. */
const drawn = (organization: number, serial: number, population: number): number =>
  createHash('sha256').update(`${organization} ${serial}`).digest().readUInt32LE(0) % population

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
