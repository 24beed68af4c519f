import { parentPort, workerData } from 'node:worker_threads'
import { deriveStoreKeys } from '@kilde/organization/store'
import { CopyRows } from './copy-rows.js'
import type { Making } from './maker.js'
import { createPopulation } from './population.js'
import { ORGANIZATION, writeStored } from './stored-row.js'

const { key, observations, seed, codes } = workerData as Making
const keys = deriveStoreKeys({ organization: ORGANIZATION, key })
const population = createPopulation(observations, seed)
const ids = new Map(codes)

parentPort?.on('message', (block: number) => {
  const copy = new CopyRows()
  const made: Uint8Array[] = []
  for (const row of population.rows(block)) {
    writeStored(copy, keys, ids, row)
    const full = copy.full()
    if (full) made.push(full)
  }
  made.push(copy.rest())
  parentPort?.postMessage(made)
})
