import type { Surroundings } from './bench-network.js'
import { mainCase, type Variant } from './cases.js'
import { fullLoad } from './measure.js'
import { endMeasured, startMeasured } from './measured.js'
import type { LoadResult, ProfileLine } from './protocol.js'

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
  await around.load.ask('closed', fullLoad(one, size, forMs))
  await one.server.ask('profileBegin')
  const { queries } = await around.load.ask<LoadResult>('closed', fullLoad(one, size, forMs))
  const lines = await one.server.ask<readonly ProfileLine[]>('profileEnd')
  await endMeasured(all)
  console.log(`\n${variant}, ${size.name}: functions by the time in themselves, per query\n`)
  for (const line of lines.slice(0, SHOWN)) console.log(write(line, queries))
}

const write = ({ name, place, ms, share }: ProfileLine, queries: number): string =>
  [
    `${(share * 100).toFixed(1).padStart(5)} %`,
    `${((ms * 1_000) / queries).toFixed(0).padStart(6)} µs`,
    ` ${name.padEnd(34)}`,
    place,
  ].join(' ')
