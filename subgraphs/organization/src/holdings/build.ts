import { identifierToken } from '@kilde/contract'
import { type Epoch, signHoldings } from '@kilde/locate'
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

/**
 * A signed filter for each class whose patients the source can list, from the whole list each time: nothing that was missed
 * stays missed.
 * @throws LocateError, and what the source throws
 */
export async function buildHoldings(
  parts: BuildParts,
  epoch: Epoch,
  outputs: KnownOutputs,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const built = new Map<string, string>()
  const held = new Set<string>()
  for (const dataClass of parts.dataClasses) {
    // Before they are listed: whoever comes in meanwhile may or may not be among them. So too with what is covered.
    const asOfMs = parts.now()
    const covers = parts.covers()
    const patients = await parts.source.patients?.(dataClass, signal)
    if (!patients) continue
    const tokens = [...new Set(patients.map(identifierToken))]
    for (const token of tokens) held.add(token)
    const { organization, falsePositiveRate, key } = parts
    const content = { organization, dataClass, epoch, asOfMs, covers, falsePositiveRate }
    built.set(
      dataClass,
      await signHoldings({ ...content, outputs: await outputs.of(tokens, signal) }, key),
    )
  }
  outputs.retain(held)
  return built
}
