import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import type { Handlers, ProfileLine } from '../protocol.js'

const SAMPLE_MICROSECONDS = 200

/** Takes a CPU profile between two messages: without starting and warming up, which would fill it. */
export function profiler(): Handlers {
  const session = new Session()
  return {
    profileBegin: async () => {
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS })
      await session.post('Profiler.start')
    },
    profileEnd: async (): Promise<readonly ProfileLine[]> => {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      return summarise(profile)
    },
  }
}

/** Functions by the time spent in themselves, the longest first. */
function summarise({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileLine[] {
  const byId = new Map(nodes.map((node) => [node.id, lineOf(node)]))
  const selfMs = new Map<string, number>()
  samples.forEach((id, index) => {
    const line = byId.get(id) ?? ''
    selfMs.set(line, (selfMs.get(line) ?? 0) + (timeDeltas[index] ?? 0) / 1_000)
  })
  selfMs.delete(IDLE)
  const busyMs = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0)
  return [...selfMs]
    .sort(([, a], [, b]) => b - a)
    .map(([line, ms]) => {
      const [name = '', place = ''] = line.split('\t')
      return { name, place, ms, share: ms / busyMs }
    })
}

const IDLE = '(idle)\t'

function lineOf({ callFrame }: Profiler.ProfileNode): string {
  const { functionName, url, lineNumber } = callFrame
  return `${functionName || '(anonymous)'}\t${url === '' ? '' : `${shorten(url)}:${lineNumber + 1}`}`
}

/** Nothing of where this machine keeps its files. */
const shorten = (url: string): string =>
  url
    .replace(/^.*\/node_modules\//, '')
    .replace(/^file:.*?\/(?=(gateway|schemas|packages|subgraphs|infra|test)\/)/, '')
