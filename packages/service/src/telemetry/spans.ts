import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { toKildeError } from '../to-kilde-error.js'
import { type Attributes, type SpanName, spans } from './allowed.js'
import { allowed, type Told } from './attributes.js'
import { type Current, current } from './current.js'
import { readTraceparent, writeTraceparent } from './ids.js'
import type { Measure } from './meters.js'
import type { Incoming, RequestTrace, Telemetry } from './telemetry.js'

export interface SpansOptions {
  readonly tracer: Tracer
  readonly measure: Measure
  /** What is made of the trace that a caller names. */
  readonly callers: 'parent' | 'link' | 'ignore'
}

const KINDS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** A span that is under way, and what has been told of it: metrics are made of that also where the trace is not kept. */
class Running implements Current {
  readonly ids: SpanContext
  readonly name: SpanName
  readonly span: Span
  readonly #startedMs = performance.now()
  #told: Told = {}
  #ended = false

  constructor(name: SpanName, span: Span) {
    this.name = name
    this.span = span
    this.ids = span.spanContext()
  }

  note(attributes: Attributes): void {
    const told = allowed(attributes)
    this.#told = { ...this.#told, ...told }
    this.span.setAttributes(told)
  }

  end(measure: Measure): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#told['error.type'] !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR })
    this.span.end()
    measure(this.name, (performance.now() - this.#startedMs) / 1000, this.#told)
  }
}

const under = (): Running | undefined => current.getStore() as Running | undefined

export function createSpans({
  tracer,
  measure,
  callers,
}: SpansOptions): Pick<Telemetry, 'receive' | 'span' | 'note' | 'traceparent'> {
  const start = (name: SpanName, parent?: SpanContext, links: SpanContext[] = []): Running => {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const kind = SpanKind[spans[name].kind]
    const linked = links.map((link) => ({ context: link }))
    return new Running(name, tracer.startSpan(name, { kind, links: linked }, context))
  }

  function receive({ method, traceparent }: Incoming): RequestTrace {
    const remote = callers === 'ignore' ? undefined : readTraceparent(traceparent)
    const caller = remote && { ...remote, isRemote: true }
    const running =
      callers === 'parent'
        ? start('http.request', caller)
        : start('http.request', undefined, caller ? [caller] : [])
    running.note({ 'http.request.method': KINDS.includes(method) ? method : '_OTHER' })
    return {
      run: (work) => current.run(running, work),
      end(status, route) {
        running.note({ 'http.response.status_code': status, 'http.route': route })
        running.end(measure)
      },
    }
  }

  function span<T>(name: SpanName, work: () => T): T {
    const running = start(name, under()?.ids)
    const fail = (fault: unknown): never => {
      running.note({ 'error.type': toKildeError(fault).code })
      running.end(measure)
      throw fault
    }
    try {
      const done = current.run(running, work)
      if (done instanceof Promise) return done.then(ended, fail) as T
      return ended(done)
    } catch (fault) {
      return fail(fault)
    }

    function ended<V>(value: V): V {
      running.end(measure)
      return value
    }
  }

  return {
    receive,
    span,
    note: (attributes) => under()?.note(attributes),
    traceparent() {
      const ids = under()?.ids
      return ids && writeTraceparent(ids)
    },
  }
}
