import type { Distribution } from '../distribute/distribution.js'
import type { Distributed, Kept } from './stage.js'

/** Tells the nodes, and waits for their word that they go by it; for those that are late it says so. */
export function createDistribute(distribution: Distribution, waitMs: number) {
  return async (kept: Kept): Promise<Distributed> => {
    await distribution.publish()
    const nodes = await distribution.reached(kept.mark.version, waitMs)
    return { ...kept, nodes }
  }
}
