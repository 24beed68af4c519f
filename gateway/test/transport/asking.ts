import type { LocatedProvider } from '@kilde/catalogue'
import type { AccessToken } from '@kilde/trust'
import type { Requester } from '../../src/path/stage.js'
import {
  type AskSourceOptions,
  createAskSource,
  type SourceQuestion,
} from '../../src/transport/ask-source.js'
import type { SourceAnswer } from '../../src/transport/source-answer.js'
import type { SourceClient, SourceRequest } from '../../src/transport/source-client.js'
import type { SourceTokens } from '../../src/transport/source-tokens.js'
import { question as body, providerOf } from './kit.js'
import { VirtualTimers } from './virtual-timers.js'

/** An answer to a question without fields: the shortest that is one. */
export const NOTHING = '{"data":{"patient":{}}}'
export const OK = { status: 200, body: Buffer.from(NOTHING) }

type AskOptions = Partial<SourceQuestion> & { readonly tokenHash?: string }

/** Asks sources on time that stands still, and notes what is logged and which tokens are asked for. */
export function asking(
  client: SourceClient,
  options: Partial<AskSourceOptions & { readonly timers: VirtualTimers }> = {},
) {
  const { timers = new VirtualTimers() } = options
  const logged: string[] = []
  const log = (fields: object, text: string) =>
    void logged.push(`${text}: ${JSON.stringify(fields)}`)
  const tokens = noTokens()
  const ask = createAskSource({
    client,
    tokens,
    logger: { info: log, warn: log, error: log } as unknown as AskSourceOptions['logger'],
    timers,
    ...options,
  })
  return {
    timers,
    logged,
    fetched: tokens.fetched,
    ask: (provider: LocatedProvider, change: AskOptions = {}): Promise<SourceAnswer> =>
      ask(provider, questionOf(change)),
    /** As one fetch does: the same question to each. */
    askTogether: (providers: readonly LocatedProvider[]): Promise<readonly SourceAnswer[]> => {
      const question = questionOf()
      return Promise.all(providers.map((provider) => ask(provider, question)))
    },
  }
}

/** What every source of one fetch is asked: the same object for all of them. */
export function questionOf({
  tokenHash = 'requester',
  ...change
}: AskOptions = {}): SourceQuestion {
  const plan = { fields: [] } as unknown as SourceQuestion['plan']
  return {
    plan,
    body,
    expected: { plan, patientDigest: '', digest: Buffer.alloc(22), fields: [] },
    requester: { tokenHash } as Requester,
    patient: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: '12837531282' },
    subjectToken: 'subject',
    timeoutMs: 3_000,
    signal: new AbortController().signal,
    ...change,
  }
}

/** Gives a token for each requester at once. */
function noTokens(): SourceTokens & { readonly fetched: string[] } {
  const fetched: string[] = []
  return {
    fetched,
    tokenFor: async ({ requester: { tokenHash } }, audience): Promise<AccessToken> => {
      fetched.push(audience)
      return { value: `token-of-${tokenHash}`, expiresAtMs: Number.MAX_SAFE_INTEGER }
    },
    reject: () => {},
  }
}

/** A client without sockets, for what is about time alone. */
export function clientLike(behave: SourceClient['ask']): SourceClient & {
  readonly asked: SourceRequest[]
} {
  const asked: SourceRequest[] = []
  return {
    asked,
    ask(request) {
      asked.push(request)
      return behave(request)
    },
    retain: () => {},
    close: () => Promise.resolve(),
  }
}

/** Many organisations, each at addresses of its own. */
export const manyProviders = (count: number): readonly LocatedProvider[] =>
  Array.from({ length: count }, (_, place) =>
    providerOf(`http://127.0.0.1:1/${place}`, { number: `source-${place}` }),
  )

/** What of an answer tells how the asking went. */
export const told = ({ status, reason }: SourceAnswer): string =>
  reason === undefined ? status : `${status} ${reason}`
