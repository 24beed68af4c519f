import { createRegistryCaller, type Follower, registryScopes } from '@kilde/catalogue'
import type { PatientIdentifier } from '@kilde/contract'
import { fetchEpochs, LocateError, locatorScope, type SendToEvaluator } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import type { GatewayConfig } from '../config.js'
import { exchangeInTurns } from '../transport/exchange-in-turns.js'
import { createSourceConnect } from '../transport/source-connect.js'
import { createSourceTokens, type SourceTokens } from '../transport/source-tokens.js'
import { createAskAvailability } from './ask-availability.js'
import { createByFilter } from './by-filter.js'
import { createByProbe } from './by-probe.js'
import type { Narrowing } from './choose.js'
import { createFetchHoldings, createHearWords } from './fetch-holdings.js'
import { createFilterFollower, type FilterFollower } from './filter-follower.js'
import type { Locator } from './locator.js'
import { createPersonEvaluator } from './person-evaluator.js'
import type { RequestNumbers } from './request-numbers.js'

export interface LocatorSurroundings {
  readonly follower: Follower
  readonly tokens: TokenClient
  /** Tokens by which organisations are asked. */
  readonly sourceTokens: SourceTokens
  /** The numbers that a patient has had. Absent: only the one that is asked about. */
  readonly numbers?: RequestNumbers | undefined
  readonly logger: Logger
  readonly now: () => number
}

export interface OpenLocator {
  readonly narrowing: Narrowing
  start(): void
  stop(): Promise<void>
}

/** What finds out who has to be asked, by the configuration; undefined where that is everybody. */
export function openLocator(
  config: GatewayConfig,
  parts: LocatorSurroundings,
): OpenLocator | undefined {
  if (config.KILDE_LOCATE === 'agreements') return undefined
  const timeoutMs = config.KILDE_SOURCE_CONNECT_MS
  const httpsOnly = config.NODE_ENV === 'production'
  const toNodes = new Agent({ connect: createSourceConnect({ timeoutMs, httpsOnly }) })
  const toRegistry = new Agent({ connect: { timeout: timeoutMs } })
  const toWords = new Agent({
    connect: createSourceConnect({ timeoutMs, httpsOnly }),
    bodyTimeout: config.KILDE_HOLDINGS_SILENCE_MS,
  })
  const opening = { config, parts, toNodes, toWords, toRegistry, timeoutMs }
  const opened = config.KILDE_LOCATE === 'filter' ? openFilters(opening) : openProbe(opening)
  return {
    narrowing: { locator: opened.locator, askAllMax: config.KILDE_ASK_ALL_MAX },
    // Nobody waits for a thousand organisations: until their filters are there, they are asked.
    start() {
      void opened.filters?.start()
    },
    async stop() {
      await opened.filters?.stop()
      await Promise.all([toNodes.destroy(), toWords.destroy(), toRegistry.destroy()])
    },
  }
}

interface Opening {
  readonly config: GatewayConfig
  readonly parts: LocatorSurroundings
  readonly toNodes: Agent
  /** Streams, which are dead when they are silent. */
  readonly toWords: Agent
  readonly toRegistry: Agent
  readonly timeoutMs: number
}

interface Opened {
  readonly locator: Locator
  readonly filters?: FilterFollower
}

function openProbe({ config, parts, toNodes }: Opening): Opened {
  const { tokens, sourceTokens, numbers } = parts
  const asking = { proof: tokens.proof, tokens: sourceTokens, dispatcher: toNodes, numbers }
  const ask = createAskAvailability({ ...asking, timeoutMs: config.KILDE_SOURCE_CONNECT_MS })
  return { locator: createByProbe(ask) }
}

function openFilters({ config, parts, toNodes, toWords, toRegistry, timeoutMs }: Opening): Opened {
  const { follower, tokens, logger, now } = parts
  const url = config.KILDE_REGISTRY_URL
  const registry = createRegistryCaller({
    ...{ registryUrl: url, tokens, scope: registryScopes.follow, dispatcher: toRegistry, now },
  })
  const send: SendToEvaluator = (call, signal) => registry.call({ ...call, signal })
  const filters = createFilterFollower({
    ...{ follower, logger },
    fetch: createFetchHoldings({ tokens, dispatcher: toNodes, now }),
    words: {
      hear: createHearWords({ tokens, dispatcher: toWords, now }),
      silenceMs: config.KILDE_HOLDINGS_SILENCE_MS,
      random: Math.random,
      elapsed: () => performance.now(),
    },
    fetchEpochs: async (signal) =>
      (await fetchEpochs(send, config.KILDE_REGISTRY_KEYS, now(), signal)).epochs,
    everyMs: config.KILDE_HOLDINGS_FETCH_MS,
  })
  const evaluate = createPersonEvaluator({
    ...{ url, proof: tokens.proof, dispatcher: toRegistry, timeoutMs },
    tokens: createSourceTokens({ tokens: exchangeInTurns(tokens), scope: locatorScope, now }),
  })
  const maxAgeMs = config.KILDE_HOLDINGS_MAX_AGE_MS
  const { numbers } = parts
  const locator = createByFilter({
    ...{ filters, evaluate, maxAgeMs, now },
    ...(numbers && { numbersOf: (asked) => allOrNothing(numbers, asked) }),
  })
  return { locator, filters }
}

/** @throws where it is not certain: then everybody has to be asked */
async function allOrNothing(
  numbers: RequestNumbers,
  asked: Parameters<RequestNumbers>[0],
): Promise<readonly PatientIdentifier[]> {
  const others = await numbers(asked)
  if (!others) throw new LocateError('NUMBERS_UNAVAILABLE')
  return [asked.patient, ...others]
}
