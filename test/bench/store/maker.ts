import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What a maker of rows is told once. */
export interface Making {
  readonly key: Uint8Array | undefined
  readonly observations: number
  readonly seed: number
  /** The store's own numbers of codes, by token. */
  readonly codes: readonly (readonly [token: string, id: number])[]
}

export interface Maker {
  /** Rows of a block, as COPY takes them. */
  make(block: number): Promise<readonly Uint8Array[]>
  stop(): Promise<void>
}

/** A thread that makes rows. */
export function startMaker(making: Making): Maker {
  const worker = new Worker(new URL('./make-rows.mjs', import.meta.url), { workerData: making })
  return {
    async make(block) {
      worker.postMessage(block)
      const [bytes] = (await once(worker, 'message')) as [readonly Uint8Array[]]
      return bytes
    },
    async stop() {
      await worker.terminate()
    },
  }
}
