import type { PrivateJwk } from '@kilde/trust'
import type { Provider } from 'oidc-provider'
import { createProvider, type ProviderOptions } from './create-provider.js'
import { type Keyring, newKeyring, rotated, without } from './keyring.js'

/** The provider with signing keys that can be replaced while it runs. */
export interface RotatingProvider {
  readonly current: () => Provider
  readonly rotate: () => Promise<void>
  readonly stop: () => void
}

export interface RotatingProviderOptions extends Omit<ProviderOptions, 'keyring'> {
  /** How long a replaced key stays published (milliseconds). */
  readonly overlapMs: number
  /** Key to begin with. Default: a new one. */
  readonly signingKey?: PrivateJwk
  readonly onNew: (provider: Provider) => void
}

/** The library takes its keys once: for other keys there is another provider, over the same store. */
export async function createRotatingProvider(
  options: RotatingProviderOptions,
): Promise<RotatingProvider> {
  const timers = new Set<NodeJS.Timeout>()
  const start = (keys: Keyring): Provider => {
    const provider = createProvider({ ...options, keyring: keys })
    options.onNew(provider)
    return provider
  }
  let keyring = await newKeyring(options.signingKey)
  let provider = start(keyring)

  const use = (keys: Keyring): void => {
    keyring = keys
    provider = start(keys)
  }
  const retireLater = (kid: string | undefined): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      use(without(keyring, kid))
    }, options.overlapMs)
    timers.add(timer.unref())
  }
  return {
    current: () => provider,
    async rotate() {
      const replaced = keyring.keys[0]?.kid
      use(await rotated(keyring))
      retireLater(replaced)
    },
    stop() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
