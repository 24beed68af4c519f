import type { Attributes, SpanName } from './allowed.js'

/** A request that came in, until its answer has left. */
export interface RequestTrace {
  /** Does what belongs to the request. */
  run<T>(work: () => T): T
  end(status: number, route: string | undefined): void
}

export interface Incoming {
  readonly method: string
  /** W3C `traceparent`, as sent. */
  readonly traceparent: unknown
}

/** What a service tells of its work: traces and metrics, by the lists in allowed.ts. */
export interface Telemetry {
  readonly isOn: boolean
  receive(incoming: Incoming): RequestTrace
  /** Does a piece of work as a span within what is under way. */
  span<T>(name: SpanName, work: () => T): T
  /** Tells something of what is under way. */
  note(attributes: Attributes): void
  /** Of what is under way, for the next service. Undefined where nothing is told. */
  readonly traceparent: () => string | undefined
  /** Whether the circuit of an organisation is open. */
  readonly circuit: (organization: string, open: boolean) => void
  /** Sends what is left, in bounded time. */
  close(): Promise<void>
}

/** Costs a call. */
export const noTelemetry: Telemetry = {
  isOn: false,
  receive: () => ({ run: (work) => work(), end: () => {} }),
  span: (_name, work) => work(),
  note: () => {},
  traceparent: () => undefined,
  circuit: () => {},
  close: async () => {},
}
