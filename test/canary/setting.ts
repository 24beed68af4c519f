import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { asManyAsCome } from '../kit/network.js'
import { canaryChart, holders, needles, patientBundle, planBundle } from './canaries.js'
import { type GatewayProcess, startGateway } from './gateway-process.js'
import { takeSnapshot } from './heap-snapshot.js'
import { type FileWatch, filesIn, searchFiles, watchFiles } from './search-files.js'
import { type Find, searchMemory } from './search-memory.js'
import { canaryStories } from './stories.js'

/** Starting and searching take seconds, and a minute on a machine that is busy with other things. */
export const LONG_MS = 600_000

/** A network whose gateway is a process of its own, with the canary patient's data at three organisations. */
export interface Setting {
  readonly network: TestNetwork
  readonly gateway: GatewayProcess
  /** All pages of its memory. */
  searchCore(): readonly Find[]
  /** A snapshot of the heap takes as long as all else together, and holds nothing that the core does not hold. */
  searchHeap(): Promise<readonly Find[]>
  /** Every file in its folders, and every other that it had open for writing. */
  searchDisk(): readonly Find[]
  stop(): Promise<void>
}

/**
 * What is late or too much is given up early, but not so early that a busy machine would get no answers. Every question is
 * to be asked, also of sources that failed before.
 */
const SETTINGS = {
  KILDE_SOURCE_TIMEOUT_MS: '4000',
  KILDE_SOURCE_CONNECT_MS: '4000',
  KILDE_REQUEST_TIMEOUT_MS: '5000',
  KILDE_SOURCE_MAX_BYTES: '524288',
  KILDE_CIRCUIT_BREAKER: 'off',
  ...asManyAsCome,
}
const ROWS = 150

/** @param settings of the gateway, besides the usual */
export async function startSetting(
  settings: Readonly<Record<string, string>> = {},
): Promise<Setting> {
  const directory = mkdtempSync(join(tmpdir(), 'kilde-canary-'))
  const env = { ...SETTINGS, ...settings }
  let gateway: GatewayProcess | undefined
  const network = await startTestNetwork({
    organizations: holders,
    faults: holders,
    launcher: (own) => ({
      ...own,
      start: async (listener, environment) => {
        if (listener !== 'gateway') return own.start(listener, environment)
        gateway = await startGateway(directory, { ...environment, ...env })
        return gateway
      },
    }),
  })
  if (!gateway) throw new Error('the network started no gateway')
  await network.load(canaryChart(ROWS))
  for (const holder of holders) {
    await network.loaderTo(holder).load(patientBundle)
    await network.loaderTo(holder).load(planBundle)
  }
  for (const { holder, bundle } of canaryStories(new Date())) {
    await network.loaderTo(holder).load(bundle)
  }
  const watch = watchFiles(gateway.pid)
  return {
    network,
    gateway,
    ...searches(gateway, directory, watch),
    stop: async () => {
      watch.stop()
      await network.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function searches(
  { pid, auditDirectory }: GatewayProcess,
  directory: string,
  watch: FileWatch,
): Pick<Setting, 'searchCore' | 'searchHeap' | 'searchDisk'> {
  return {
    searchCore: () => searchMemory(pid, needles),
    searchHeap: async () => {
      const path = await takeSnapshot(pid, directory)
      const finds = searchFiles([path], needles)
      rmSync(path)
      return finds
    },
    searchDisk: () => {
      const folders = [directory, auditDirectory].flatMap(filesIn)
      return searchFiles([...folders, ...watch.paths()], needles)
    },
  }
}
