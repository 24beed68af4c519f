import type { Surroundings } from './bench-network.js'
import { mainCase, type Variant } from './cases.js'
import { fullLoad } from './measure.js'
import { endMeasured, startMeasured } from './measured.js'
import type { ProfileLine } from './protocol.js'

const SHOWN = 30

/** Where a variant's CPU time goes, at 20 sources with 50 rows each. */
export async function printProfile(
  variant: Variant,
  forMs: number,
  around: Surroundings,
): Promise<void> {
  // A relay cannot start without a gateway to copy.
  const wanted = new Set<Variant>(variant === 'relay' ? ['relay', 'merge-only'] : [variant])
  const size = { ...mainCase(), variants: mainCase().variants.filter((one) => wanted.has(one)) }
  const all = await startMeasured(size, around)
  const one = all.find((measured) => measured.variant === variant)
  if (!one) throw new Error(`${variant} cannot be profiled`)
  await around.load.ask('closed', fullLoad(one, size, forMs / 3))
  await one.server.ask('profileBegin')
  await around.load.ask('closed', fullLoad(one, size, forMs))
  const lines = await one.server.ask<readonly ProfileLine[]>('profileEnd')
  await endMeasured(all)
  console.log(`\n${variant}, ${size.name}: functions by the time in themselves\n`)
  for (const line of lines.slice(0, SHOWN)) console.log(write(line))
}

const write = ({ name, place, ms, share }: ProfileLine): string =>
  `${(share * 100).toFixed(1).padStart(5)} % ${ms.toFixed(0).padStart(6)} ms  ${name.padEnd(34)} ${place}`
