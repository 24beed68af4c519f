import { setFlagsFromString } from 'node:v8'

/** How much the old part of the heap may grow after each full collection before the next (percent of what was alive). */
const GROWTH_PERCENT = 150

/**
 * Sets when garbage of the whole heap is collected. Left to itself, the engine judges by how fast objects grow old, which is
 * slowly here, and lets the heap grow by a tenth; but answers' bytes count towards that limit while they are young. So after
 * one full collection (a pause in the load is enough) the next came every 100 ms, for as long as the load lasted:
 * docs/decisions/0015 has what that cost. About 100 MB for a gateway of 60 MB.
 */
export function growHeapFreely(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}
