import { createAskNumbers, createFindNumbers } from '@kilde/locate'
import type { TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import type { GatewayConfig } from '../config.js'
import { createRequestNumbers, type RequestNumbers } from './request-numbers.js'

export interface OpenNumbers {
  readonly of: RequestNumbers
  close(): Promise<void>
}

/** Base data that tell a person's other numbers; undefined where the configuration has none. Nothing of them is kept. */
export function openNumbers(
  config: GatewayConfig,
  { tokens, now }: { readonly tokens: TokenClient; readonly now: () => number },
): OpenNumbers | undefined {
  const { KILDE_BASE_DATA_URL: url, KILDE_SOURCE_CONNECT_MS: timeoutMs } = config
  if (config.KILDE_PERSON_NUMBERS === 'off' || url === undefined) return undefined
  const dispatcher = new Agent({ connect: { timeout: timeoutMs } })
  const find = createFindNumbers(createAskNumbers({ url, tokens, dispatcher, now }))
  return { of: createRequestNumbers(find, timeoutMs), close: () => dispatcher.destroy() }
}
