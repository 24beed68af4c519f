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
  const callers = new Map(nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node])))
  const byId = new Map(nodes.map((node) => [node.id, lineOf(node, callers.get(node.id))]))
  const selfMs = new Map<string, number>()
  samples.forEach((id, index) => {
    const line = byId.get(id) ?? ''
    selfMs.set(line, (selfMs.get(line) ?? 0) + (timeDeltas[index] ?? 0) / 1_000)
  })
  selfMs.delete(IDLE)
  for (const line of selfMs.keys()) if (line.includes(' node:inspector:')) selfMs.delete(line)
  const busyMs = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0)
  return [...selfMs]
    .sort(([, a], [, b]) => b - a)
    .map(([line, ms]) => {
      const [name = '', place = ''] = line.split('\t')
      return { name, place, ms, share: ms / busyMs }
    })
}

const IDLE = '(idle)\t'

/** What is built into the engine has no place of its own: who called it says more. */
function lineOf({ callFrame }: Profiler.ProfileNode, caller?: Profiler.ProfileNode): string {
  const name = callFrame.functionName || '(anonymous)'
  if (callFrame.url !== '') return `${name}\t${placeOf(callFrame)}`
  const by = caller?.callFrame
  return by && by.url !== '' ? `${name}\tby ${by.functionName} ${placeOf(by)}` : `${name}\t`
}

const placeOf = ({ url, lineNumber }: Profiler.ProfileNode['callFrame']): string =>
  `${shorten(url)}:${lineNumber + 1}`

/** Nothing of where this machine keeps its files. */
const shorten = (url: string): string =>
  url
    .replace(/^.*\/node_modules\//, '')
    .replace(/^file:.*?\/(?=(gateway|schemas|packages|subgraphs|infra|test)\/)/, '')
