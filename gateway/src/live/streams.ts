import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { identifierToken } from '@kilde/contract'
import { GatewayError } from '../errors.js'
import type { Asked } from '../path/stage.js'

const ATTEST_MS = 60 * 60_000

/** One subscription while it is open. */
export interface OpenSubscription {
  /** What a client renews it by: a secret of the stream's own. */
  readonly id: string
  /** With the token that it goes by now. */
  readonly asked: Asked
  /** When its ground ends (epoch milliseconds). */
  readonly endsAtMs: number
  /** Aborts when the client leaves, or the gateway stops. */
  readonly signal: AbortSignal
  /** Aborts when the gateway stops. */
  readonly stopping: AbortSignal
  close(): void
}

/** Subscriptions that are open in this process. */
export interface Subscriptions {
  open(asked: Asked): OpenSubscription
  /**
   * Lets a stream go on by another token of the same requester, client, key and session's patient, for the same operation.
   * @returns until when (epoch milliseconds)
   * @throws GatewayError `STREAM_UNKNOWN`: whoever asks for another's stream learns no more than of one that is not there
   */
  renew(id: string, asked: Asked): number
  /** Ends all of them. */
  stop(): void
}

export function createSubscriptions(): Subscriptions {
  const streams = new Map<string, Stream>()
  const stopping = new AbortController()
  return {
    open(asked) {
      const stream = new Stream(asked, stopping.signal, () => streams.delete(stream.id))
      streams.set(stream.id, stream)
      return stream
    },
    renew(id, asked) {
      const stream = streams.get(id)
      if (!stream || boundTo(stream.asked) !== boundTo(asked)) {
        throw new GatewayError('STREAM_UNKNOWN')
      }
      stream.asked = { ...asked, signal: stream.signal, requestId: stream.asked.requestId }
      return stream.endsAtMs
    },
    stop: () => stopping.abort(),
  }
}

class Stream implements OpenSubscription {
  readonly id = randomBytes(24).toString('base64url')
  readonly signal: AbortSignal
  readonly stopping: AbortSignal
  readonly #closing = new AbortController()
  readonly #forget: () => void
  asked: Asked

  constructor(asked: Asked, stopping: AbortSignal, forget: () => void) {
    this.stopping = stopping
    this.signal = AbortSignal.any([asked.signal, stopping, this.#closing.signal])
    this.asked = { ...asked, signal: this.signal }
    // Each of its sources listens to its end.
    setMaxListeners(0, this.signal)
    this.#forget = forget
  }

  get endsAtMs(): number {
    const { requester } = this.asked
    const attested =
      requester.kind === 'professional' ? requester.attest.attestedAtMs : Number.MAX_SAFE_INTEGER
    return Math.min(requester.expiresAtMs, attested + ATTEST_MS)
  }

  close(): void {
    this.#closing.abort()
    this.#forget()
  }
}

function boundTo({ requester, patient, operation }: Asked): string {
  const { kind, subject, clientId, jkt, pid, purpose } = requester
  const who =
    requester.kind === 'citizen'
      ? [requester.onBehalfOf]
      : [requester.organization, requester.attest.decisionRef.id]
  const { source, name, variables } = operation
  const whom = patient && identifierToken(patient)
  return JSON.stringify([
    kind,
    subject,
    clientId,
    jkt,
    pid,
    purpose,
    who,
    whom,
    source,
    name,
    variables,
  ])
}
