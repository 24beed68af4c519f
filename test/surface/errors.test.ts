import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { seeded } from '../simulation/random.js'
import { leaksOf } from './leaks.js'
import { type Malformed, malformed } from './malformed.js'
import { type Surface, send, startSurface } from './setting.js'

const SEED = 9
const COUNT = 1_000

let surface: Surface
beforeAll(async () => {
  surface = await startSurface({ KILDE_INTROSPECTION: 'off' })
}, 180_000)
afterAll(() => surface.stop(), 60_000)

describe('G9 errors tell nothing of what is within', () => {
  it(`G9 ${COUNT} malformed operations: no name of the schema, stack, host or address of a source`, async () => {
    const { network, url } = surface
    const behind = [...Object.values(network.endpoints), network.issuer, network.registry]
    const hosts = [...behind, url].map((address) => new URL(address).host)
    const leaks = leaksOf(hosts)
    const told: (Malformed & { readonly told: readonly string[]; readonly text: string })[] = []
    const failed: string[] = []
    const kinds = new Map<string, number>()
    const made = malformed(seeded(SEED), SEED)
    let refused = 0
    while (refused < COUNT) {
      const one = made.next().value
      const { status, text } = await send(surface, { body: one.body })
      if (status >= 500) failed.push(`${status} ${text} to ${one.body}`)
      if (!text.includes('"errors"')) continue
      refused += 1
      kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1)
      const found = leaks.in(one.body, text)
      if (found.length > 0) told.push({ ...one, told: found, text })
    }
    expect(told).toEqual([])
    expect(failed).toEqual([])
    expect(kinds.size).toBe(10)
  }, 300_000)
})
