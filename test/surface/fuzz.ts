import { patients } from '@kilde/people'
import { makeQuery } from '../differential/query/make-query.js'
import { Random } from '../differential/random.js'
import { type BareGateway, cpuMsOf } from './bare-gateway.js'
import type { RandomDocuments } from './random-documents.js'

/** What became of bodies that nobody in their senses would send. */
export interface Fuzzed {
  readonly count: number
  /** How many met which end: `carried out`, or codes of refusals. */
  readonly ends: ReadonlyMap<string, number>
  /** Bodies that ended in something else than an answer or a refusal, with what was thrown. */
  readonly crashes: readonly string[]
  /** CPU time of the slowest (milliseconds). */
  readonly slowestMs: number
}

const { identifier } = patients.copd
const bodyOf = (query: string): string => JSON.stringify({ query, variables: { identifier } })

/** Documents by GraphQL's grammar, most of which no schema fits; each tenth is made by the schema, so that every step is met. */
export function documents(random: RandomDocuments, seed: number): (at: number) => string {
  const fitting = new Random(seed)
  return (at) => bodyOf(at % 10 ? random.document() : makeQuery(fitting).text)
}

/** Bytes by chance, and requests some of whose bytes were changed. */
export const byteStrings =
  (random: RandomDocuments) =>
  (at: number): Uint8Array =>
    at % 2 ? random.bytes(200) : random.spoilt(bodyOf(random.document()))

/** Sends so many bodies through the whole of a gateway: read, measured, validated, planned, carried out. */
export async function fuzz(
  gateway: BareGateway,
  count: number,
  write: (at: number) => string | Uint8Array,
): Promise<Fuzzed> {
  const ends = new Map<string, number>()
  const crashes: string[] = []
  let slowestMs = 0
  for (let at = 0; at < count; at += 1) {
    const body = write(at)
    const cpuMs = await cpuMsOf(async () => {
      const end = await gateway.ask(body).catch((fault: unknown) => `crash: ${String(fault)}`)
      ends.set(end.slice(0, 80), (ends.get(end.slice(0, 80)) ?? 0) + 1)
      // `INTERNAL` is what an unexpected fault is to a client: one that did not end the process is a crash all the same.
      if (/^crash|\bINTERNAL\b/.test(end))
        crashes.push(`${end} by ${Buffer.from(body as string).toString('utf8')}`)
    })
    slowestMs = Math.max(slowestMs, cpuMs)
  }
  return { count, ends, crashes, slowestMs }
}
