import type { Follower } from '@kilde/catalogue'
import type { ErrorTable, Logger } from '@kilde/service'
import { createFederation } from './apollo/federation.js'
import { createRegistrySource } from './apollo/registry-source.js'
import { createApolloServer } from './apollo/server.js'
import { createSharingSource } from './apollo/sharing-source.js'
import { type CursorKeys, Cursors } from './merge/cursor.js'
import { createFanOut } from './path/fan-out.js'
import { answer } from './path/index.js'
import { createLocate } from './path/locate.js'
import { createMerge } from './path/merge.js'
import { createRun } from './path/run.js'
import type { Answered, Asked } from './path/stage.js'
import { PatientHandles } from './patient-handles.js'
import type { AskSource } from './transport/ask-source.js'

/** What carries out operations: everything between a planned request and its answer, without HTTP, tokens and audit. */
export interface Engine {
  start(): Promise<void>
  run(asked: Asked): Promise<Answered>
  stop(): Promise<void>
}

export interface EngineParts {
  /** The gateway's copy of the registry. */
  readonly follower: Pick<Follower, 'current'>
  /** How one source is asked. */
  readonly ask: AskSource
  readonly cursorKeys: CursorKeys
  /** Key of patient handles: 32 bytes. */
  readonly handleKey: Uint8Array
  /** Whole time for one source (milliseconds). */
  readonly sourceTimeoutMs: number
  /** Every code that may reach a client. */
  readonly errors: ErrorTable
  readonly logger: Logger
  readonly now: () => number
}

export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { follower, ask, sourceTimeoutMs, errors, logger, now } = parts
  const cursors = new Cursors(parts.cursorKeys)
  const steps = {
    locate: createLocate(follower, now),
    fanOut: createFanOut({ ask, sourceTimeoutMs }),
    merge: createMerge(cursors, new PatientHandles(parts.handleKey)),
  }
  const apollo = createApolloServer({
    federation: await createFederation({
      sharing: createSharingSource((fetch) => answer(steps, fetch), cursors),
      registry: createRegistrySource(follower),
    }),
    logger,
    errors,
  })
  return {
    start: () => apollo.start(),
    run: createRun(apollo, errors),
    stop: () => apollo.stop(),
  }
}
