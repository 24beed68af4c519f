import { usableNonce, wantsNonce } from '@kilde/trust'
import { maxSignatureLength } from '@kilde/trust/context'
import type { Dispatcher } from 'undici'
import type { EndSignal } from './ending.js'
import { SourceFault, UnreadableAnswer } from './source-fault.js'

/** An answer of a source, whatever its status. */
export interface SourceResponse {
  readonly status: number
  readonly body: Buffer
  /** The source's own signature over it. */
  readonly signature?: string
  /** Nonce for the proof of the next request. */
  readonly nonce?: string | undefined
  /** It was not carried out for want of that nonce: to ask again is to ask for the first time. */
  readonly wantsNonce?: boolean
}

interface Receiving {
  /** Most bytes of a body; not one more is kept. */
  readonly maxBytes: number
  readonly end: EndSignal
  /** Called with the first byte of an answer. */
  readonly onAnswering: (() => void) | undefined
  /** Called once, when nothing more is read. `whole`: the connection has carried the exchange to its end. */
  readonly release: (whole: boolean) => void
}

/** The source's own signature over its answer. */
const PAGE_SIGNATURE = 'kilde-page-signature'

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Of a refusal only a short code is read. What is longer is judged by its status alone. */
const MAX_REFUSAL_BYTES = 65_536
const JSON_TYPE = /^application\/(graphql-response\+)?json\s*(;|$)/i

/**
 * Receives one answer as raw bytes and stops at the first byte that is too much. Settles once, and then holds on to nothing:
 * what undici still reports of the connection is nobody's concern.
 */
export class AnswerReceiver implements Dispatcher.DispatchHandler {
  readonly response: Promise<SourceResponse>
  readonly #receiving: Receiving
  readonly #chunks: Buffer[] = []
  /** Whether any byte of the request may have left. */
  #sent = false
  #length = 0
  #status = 0
  #signature: string | undefined
  #nonce: string | undefined
  #wantsNonce = false
  #settled = false
  #resolve: (response: SourceResponse) => void = () => {}
  #reject: (fault: unknown) => void = () => {}

  constructor(receiving: Receiving) {
    this.#receiving = receiving
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (receiving.end.aborted) this.#stop()
    else receiving.end.addEventListener('abort', this.#stop)
  }

  /** undici writes the request right after this. */
  onRequestStart(): void {
    this.#sent = true
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // An interim response (1xx) is no answer yet.
    if (this.#settled || status < 200) return
    this.#status = status
    const signature = headers[PAGE_SIGNATURE]
    if (typeof signature === 'string' && signature.length <= maxSignatureLength)
      this.#signature = signature
    this.#nonce = usableNonce(headers['dpop-nonce'])
    this.#wantsNonce = status === 401 && wantsNonce(headers['www-authenticate'])
    if (!this.#wantsNonce) this.#receiving.onAnswering?.()
    if (status !== 200) {
      if (headers['content-encoding'] !== undefined) this.#finish()
    } else if (!isPlainJson(headers)) this.#fail(new UnreadableAnswer('RESPONSE_MALFORMED'))
    else if (Number(headers['content-length']) > this.#receiving.maxBytes) this.#tooLarge()
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    const { maxBytes } = this.#receiving
    this.#length += chunk.length
    // Counted, whatever the length that was announced.
    if (this.#length <= (this.#status === 200 ? maxBytes : MAX_REFUSAL_BYTES))
      this.#chunks.push(chunk)
    else this.#tooLarge()
  }

  onResponseEnd(): void {
    this.#finish(true)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#faultOf(error))
  }

  #tooLarge(): void {
    // A settled exchange cannot be finished any more.
    if (this.#status === 200) this.#fail(new UnreadableAnswer('RESPONSE_TOO_LARGE'))
    this.#chunks.length = 0
    this.#finish()
  }

  #finish(whole = false): void {
    if (this.#settled) return
    const [only = Buffer.alloc(0)] = this.#chunks
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#length) : only
    this.#settle(whole)
    const [signature, nonce, wanted] = [this.#signature, this.#nonce, this.#wantsNonce]
    this.#resolve({
      status: this.#status,
      body,
      ...(signature !== undefined && { signature }),
      ...(nonce !== undefined && { nonce, wantsNonce: wanted }),
    })
  }

  #fail(fault: unknown): void {
    if (this.#settled) return
    this.#settle(false)
    this.#reject(fault)
  }

  readonly #stop = (): void => this.#fail(this.#receiving.end.reason)

  #settle(whole: boolean): void {
    this.#settled = true
    this.#receiving.end.removeEventListener('abort', this.#stop)
    this.#chunks.length = 0
    this.#receiving.release(whole)
  }

  #faultOf(cause: Error): SourceFault | UnreadableAnswer {
    if (!this.#sent) return new SourceFault('CONNECTION_FAILED', { unsent: true, cause })
    if (isNotHttp(cause)) return new UnreadableAnswer('RESPONSE_MALFORMED', { cause })
    return new SourceFault(this.#status > 0 ? 'INTERRUPTED' : 'CONNECTION_FAILED', { cause })
  }
}

/** No encoding was asked for: whoever sends one anyway may send a decompression bomb. */
function isPlainJson(headers: Headers): boolean {
  return (
    headers['content-encoding'] === undefined && JSON_TYPE.test(String(headers['content-type']))
  )
}

/** undici's parser gives its errors no code. One about the end of the connection says that it broke, not that it was no HTTP. */
function isNotHttp({ name, message }: Error): boolean {
  return name === 'HeadersOverflowError' || (name === 'HTTPParserError' && !/\bEOF\b/.test(message))
}
