import {
  createAskNumbers,
  createFindNumbers,
  type FindNumbers,
  rememberNumbers,
} from '@kilde/locate'
import type { TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import type { OrganizationConfig } from '../config.js'
import type { OnStop } from '../parts.js'

interface NumbersParts {
  readonly tokens: TokenClient
  readonly now: () => number
}

/** Base data that tell a person's other numbers; undefined where the configuration has none. */
export function openNumbers(
  config: OrganizationConfig,
  { tokens, now }: NumbersParts,
  onStop: OnStop,
): FindNumbers | undefined {
  const { KILDE_BASE_DATA_URL: url } = config
  if (config.KILDE_PERSON_NUMBERS === 'off' || url === undefined) return undefined
  const dispatcher = new Agent({ headersTimeout: 10_000, bodyTimeout: 10_000 })
  onStop(() => dispatcher.destroy())
  const ask = createAskNumbers({ url, tokens, dispatcher, now })
  return createFindNumbers(rememberNumbers(ask, { now }))
}
