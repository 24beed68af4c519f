import type { CatalogueContent } from '@kilde/catalogue'
import type { PrivateJwk } from '@kilde/trust'

// What the benchmark's processes say to each other. Every role runs in a process of its own, so that its CPU time is its own.

export type Role =
  | 'nodes'
  | 'load'
  | 'requesters'
  | 'relay'
  | 'engine'
  | 'secure'
  | 'apollo'
  | 'world'
  | 'parts'

/** What a role answers to, by name. */
export type Handlers = Readonly<Record<string, (value: never) => unknown>>

/** Address of a node, for a number of rows. */
export interface Target {
  readonly number: string
  readonly origin: string
  readonly path: string
}

export interface RelaySetup {
  readonly targets: readonly Target[]
  /** What the gateway sends to each source. */
  readonly body: string
}

export interface EngineSetup {
  readonly content: CatalogueContent
  readonly way: 'DIRECT' | 'GENERAL'
}

export interface ApolloSetup {
  readonly targets: readonly Target[]
  readonly tuned: boolean
}

export interface SecureSetup {
  /** Settings of the gateway. */
  readonly environment: Readonly<Record<string, string>>
}

/** Where clients get their tokens. */
export interface World {
  readonly issuer: string
  readonly clientId: string
  readonly clientKey: PrivateJwk
  readonly redirectUri: string
  readonly gatewayClientId: string
  readonly gatewayKey: PrivateJwk
}

export interface RegistryFound {
  readonly url: string
  /** Public keys (JWKS, JSON). */
  readonly keys: string
}

/** One kind of request: where to, what, and how it is signed. */
export interface Shot {
  readonly url: string
  readonly body: string
  /** `warm`: one requester; `cold`: a requester for each query, whose tokens nobody has exchanged. */
  readonly signed: 'no' | 'warm' | 'cold'
}

export interface ClosedLoad extends Shot {
  readonly inFlight: number
  readonly forMs: number
  readonly atLeast: number
  readonly atMost?: number
}

export interface OpenLoad extends Shot {
  readonly perSecond: number
  readonly forMs: number
  readonly atLeast: number
}

export interface LoadResult {
  readonly queries: number
  readonly wallMs: number
  /** Trace id and latency (milliseconds) of each query. */
  readonly latencies: readonly (readonly [string, number])[]
}

/** A question that several requesters ask, and the size of its right answer (bytes). */
interface Repeated {
  readonly url: string
  readonly body: string
  readonly bytes: number
}

export interface EvenLoad extends Repeated {
  readonly perSecond: number
  readonly forMs: number
}

export interface FullLoad extends Repeated {
  readonly inFlight: number
  readonly forMs: number
}

/** What became of requests at an even rate. */
export interface EvenResult {
  readonly asked: number
  readonly OK: number
  readonly OVERLOADED: number
  readonly FAILED: number
  /** Of right answers, each from when its request was due (milliseconds). */
  readonly latencies: readonly number[]
  /** Right answers in each second. */
  readonly seconds: readonly number[]
  readonly wallMs: number
}

/** What a process has used since it began, and holds now. */
export interface Held {
  readonly cpuMs: number
  readonly rssMb: number
  /** Open files and connections; -1 where the system does not tell. */
  readonly descriptors: number
}

/** What a process used between two instants. */
export interface Used {
  readonly cpuMs: number
  /** Longest time in which its event loop did not come round. */
  readonly maxBlockMs: number
  readonly rssMb: number
}

/** A function's own share of a process's time. */
export interface ProfileLine {
  readonly name: string
  /** File and line, from the folder of its package. */
  readonly place: string
  readonly ms: number
  /** Share of the time in which the process did anything. */
  readonly share: number
}

/** CPU time of one step of a request (milliseconds). */
export interface Part {
  readonly name: string
  readonly cpuMs: number
}
