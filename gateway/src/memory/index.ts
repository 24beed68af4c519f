import { clearMemory } from './clear.js'
import { growHeapFreely } from './heap-growth.js'
import { overwriteUndiciBuffer } from './undici-buffer.js'

/** The memory of a process that is a gateway and nothing else: clearing it stops all that runs in it for a moment. */
export interface ProcessMemory {
  /** Once, before the first request. */
  prepare(): Promise<void>
  /** Removes what requests left, piece by piece, until all is done or `signal` ends it. */
  clear(signal: AbortSignal): Promise<void>
}

export const processMemory: ProcessMemory = {
  prepare() {
    growHeapFreely()
    // Small buffers would share slabs: one that is kept for long would keep bytes of requests beside it.
    Buffer.poolSize = 0
    return overwriteUndiciBuffer()
  },
  clear: clearMemory,
}
