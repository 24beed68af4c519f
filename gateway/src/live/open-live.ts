import { identifierToken } from '@kilde/contract'
import type { TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import type { AuditLogs } from '../audit/audit-logs.js'
import type { GatewayConfig } from '../config.js'
import type { Engine } from '../engine.js'
import { jsonReply, type Reply } from '../http/reply.js'
import { bindingOf, type CursorKeys } from '../merge/cursor.js'
import { createAuditPart } from '../path/audit.js'
import type { Asked, Fetch } from '../path/stage.js'
import type { SubscribeSteps } from '../path/subscribe.js'
import { requesterKey } from '../requester-key.js'
import { createSourceConnect } from '../transport/source-connect.js'
import type { SourceTokens } from '../transport/source-tokens.js'
import { createFollowAll } from './follow-all.js'
import { SILENCE_MS } from './follow-source.js'
import { Resumption } from './resume.js'
import { createSubscriptions } from './streams.js'

export interface LiveParts {
  readonly engine: Engine
  readonly logs: AuditLogs
  readonly tokens: TokenClient
  readonly sourceTokens: SourceTokens
  readonly now: () => number
}

/** Subscriptions of this gateway. */
export interface Live {
  readonly steps: SubscribeSteps
  renew(asked: Asked, stream: string): Reply
  /** Ends all of them, each with its reason. */
  stop(): void
  close(): Promise<void>
}

/** A silent stream says so often that it is there (milliseconds). */
const ALIVE_MS = 15_000

export function openLive(
  config: GatewayConfig,
  { engine, logs, tokens, sourceTokens, now }: LiveParts,
  refuse: SubscribeSteps['refuse'],
): Live {
  const dispatcher = new Agent({
    connect: createSourceConnect({
      timeoutMs: config.KILDE_SOURCE_CONNECT_MS,
      httpsOnly: config.NODE_ENV === 'production',
    }),
    headersTimeout: config.KILDE_SOURCE_TIMEOUT_MS,
    bodyTimeout: SILENCE_MS,
  })
  const resumption = new Resumption(keysOf(config))
  const subscriptions = createSubscriptions()
  const auditPart = createAuditPart(logs, now)
  const follow = createFollowAll(
    {
      ...{ dispatcher, tokens: sourceTokens, proof: tokens.proof, random: Math.random },
      maxBytes: config.KILDE_SOURCE_MAX_BYTES,
    },
    (fetch) => {
      const { lastEventId } = fetch.asked
      return lastEventId === undefined ? new Map() : resumption.read(lastEventId, bindingFor(fetch))
    },
  )
  return {
    steps: {
      prepareStream: (asked) => {
        const fetch = engine.prepareStream(asked)
        // Before the stream begins, so that a place which is not ours is refused as an answer.
        if (asked.lastEventId !== undefined) resumption.read(asked.lastEventId, bindingFor(fetch))
        return fetch
      },
      locateAll: (fetch) => engine.locateAll(fetch),
      follow,
      openSubscription: (asked) => subscriptions.open(asked),
      merge: (fetch, gathered) => engine.merge(fetch, gathered),
      auditEvent: (asked, fetch, gathered, mark) => auditPart(asked, { fetch, gathered }, mark),
      placeOf: (fetch, places) => resumption.write(places, bindingFor(fetch)),
      refuse,
      now,
      aliveMs: ALIVE_MS,
    },
    renew: (asked, stream) => {
      const endsAt = new Date(subscriptions.renew(stream, asked)).toISOString()
      return jsonReply(
        200,
        `${JSON.stringify({ data: null, extensions: { kilde: { endsAt } } })}\n`,
      )
    },
    stop: () => subscriptions.stop(),
    close: () => dispatcher.destroy(),
  }
}

function keysOf(config: GatewayConfig): CursorKeys {
  const previous = config.KILDE_CURSOR_KEY_PREVIOUS
  return { current: config.KILDE_CURSOR_KEY, ...(previous ? { previous } : {}) }
}

/** A place belongs to one requester, client, patient and operation. */
function bindingFor({ asked, plan }: Fetch): string {
  const { requester, patient, operation } = asked
  const who = [requesterKey(requester), requester.clientId, identifierToken(patient)]
  return bindingOf([...who, plan.sourceQuery, operation.variables])
}
