import { identifierToken } from '@kilde/contract'
import { digestOfFilter, type Epoch, keyDigestOf, signHoldings } from '@kilde/locate'
import type { PrivateJwk } from '@kilde/trust'
import type { Source } from '../sources/source.js'
import type { KnownOutputs } from './outputs.js'

export interface BuildParts {
  readonly organization: string
  readonly source: Pick<Source, 'patients'>
  readonly dataClasses: readonly string[]
  /** Closed organisations whose data are here now. */
  readonly covers: () => readonly string[]
  readonly falsePositiveRate: number
  /** Signs filters; its public half stands in the registry (`pageKeys`). */
  readonly key: PrivateJwk
  readonly now: () => number
}

/** One published filter, and who is in it (`system|value`): in memory, for as long as it is published. */
export interface BuiltFilter {
  readonly jws: string
  readonly digest: string
  readonly patients: ReadonlySet<string>
  readonly asOfMs: number
  /** Key and closed organisations that it is made for. */
  readonly made: string
}

export type BuiltFilters = ReadonlyMap<string, BuiltFilter>

/** So often a filter is made anew though nobody came or left: gateways take none that is 15 minutes old. */
const RENEW_MS = 300_000

/**
 * A signed filter for each class whose patients the source can list, from the whole list each time: nothing that was missed
 * stays missed. Where nobody came or left, the filter before goes on: gateways need not fetch it again.
 * @throws LocateError, and what the source throws
 */
export async function buildHoldings(
  parts: BuildParts,
  epoch: Epoch,
  outputs: KnownOutputs,
  before: BuiltFilters,
  signal: AbortSignal,
): Promise<BuiltFilters> {
  const built = new Map<string, BuiltFilter>()
  const held = new Set<string>()
  for (const dataClass of parts.dataClasses) {
    // Before they are listed: whoever comes in meanwhile may or may not be among them. So too with what is covered.
    const asOfMs = parts.now()
    const covers = parts.covers()
    const listed = await parts.source.patients?.(dataClass, signal)
    if (!listed) continue
    const patients = new Set(listed.map(identifierToken))
    for (const token of patients) held.add(token)
    const made = JSON.stringify([keyDigestOf(epoch), epoch.id, covers])
    const last = before.get(dataClass)
    if (last && last.made === made && isSame(last, patients) && asOfMs - last.asOfMs < RENEW_MS) {
      built.set(dataClass, last)
      continue
    }
    const { organization, falsePositiveRate, key } = parts
    const content = { organization, dataClass, epoch, asOfMs, covers, falsePositiveRate }
    const evaluated = await outputs.of([...patients], signal)
    const jws = await signHoldings({ ...content, outputs: evaluated }, key)
    built.set(dataClass, { jws, digest: digestOfFilter(jws), patients, asOfMs, made })
  }
  outputs.retain(held)
  return built
}

const isSame = ({ patients }: BuiltFilter, listed: ReadonlySet<string>): boolean =>
  patients.size === listed.size && [...listed].every((token) => patients.has(token))
