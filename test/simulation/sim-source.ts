import type { SourceClient, SourceRequest } from '@kilde/gateway'
import { SourceFault, UnreadableAnswer } from '../../gateway/src/transport/source-fault.js'
import { answerHonestly, type NodeQuestion } from './node.js'
import type { Random } from './random.js'
import type { Holding } from './rows.js'
import type { Effect, Fault, Scene } from './scene.js'
import type { VirtualTime } from './virtual-time.js'

/** One time that the gateway asked one source. */
export interface Played {
  readonly source: string
  /** Which of the clients' requests it belongs to. */
  readonly request: string
  /** The body: a page may take several questions to a source, each of which is asked once. */
  readonly question: string
  readonly effect: Effect
  /** The source and the gateway are done with each other, and whether the source had its say by then. */
  over: boolean
  answered: boolean
}

export interface SimulatedSources extends SourceClient {
  readonly played: readonly Played[]
  /** Errors of the simulation itself, which the gateway takes for those of a source. */
  readonly faults: readonly unknown[]
}

export interface SimulatedSourcesOptions {
  readonly time: VirtualTime
  readonly random: Random
  readonly deadlineMs: number
  readonly holdings: ReadonlyMap<string, Holding>
  readonly patients: readonly string[]
  /** What a source does with a request, and how long it takes. */
  readonly faultOf: (source: string, request: string) => readonly [Fault, number]
}

/** The sources and the network before them, in place of the real connections. */
export function simulateSources(options: SimulatedSourcesOptions): SimulatedSources {
  const played: Played[] = []
  const faults: unknown[] = []
  return {
    played,
    faults,
    async ask(request) {
      const source = request.provider.number
      const body = Buffer.from(request.body).toString()
      const question = JSON.parse(body) as NodeQuestion
      const id = requestIn(question)
      const [fault, latencyMs] = options.faultOf(source, id)
      const effect = newEffect(fault)
      const before = played.filter((one) => one.source === source && one.question === body)
      const attempt = before.length + 1
      const play: Played = {
        source,
        request: id,
        question: body,
        effect,
        over: false,
        answered: false,
      }
      played.push(play)
      const scene = { latencyMs, attempt, effect, ...surroundings(options, request, id) }
      try {
        const response = await fault.play({
          ...scene,
          honest: () => honest(options, source, question),
        })
        play.answered = true
        return response
      } catch (fault) {
        if (!isMeant(fault, request)) faults.push(fault)
        throw fault
      } finally {
        play.over = true
      }
    },
    retain: () => {},
    close: async () => {},
  }
}

const newEffect = ({ told }: Fault): Effect => ({
  ...{ told, lost: new Set<string>() },
  partial: false,
  unknown: false,
  carried: false,
})

const isMeant = (fault: unknown, { signal }: SourceRequest): boolean =>
  fault === signal.reason || fault instanceof UnreadableAnswer || fault instanceof SourceFault

function surroundings(
  { time, random, deadlineMs }: SimulatedSourcesOptions,
  request: SourceRequest,
  id: string,
): Pick<Scene, 'time' | 'random' | 'deadlineMs' | 'request'> {
  return { time, deadlineMs, request, random: random.fork(`${request.provider.number} ${id}`) }
}

function honest(options: SimulatedSourcesOptions, source: string, question: NodeQuestion) {
  const { holdings, patients, time } = options
  const asOf = new Date(time.now()).toISOString()
  return answerHonestly(source, holdings.get(source) ?? [], patients, question, asOf)
}

/** The trace context goes from the client to every source: the one thread that holds a request together. */
export const traceparentOf = (request: string): string =>
  `00-${request.padStart(32, '0')}-00000000000000a1-01`

function requestIn({ extensions }: NodeQuestion): string {
  const [, trace = ''] = extensions.kilde.traceparent.split('-')
  return trace.replace(/^0+/, '')
}
