import { join } from 'node:path'
import { deriveNodeKey } from '@kilde/privacy'
import type { DemoFile } from '../demo.js'
import type { JoinKeys } from './keys.js'

export type Environment = Readonly<Record<string, string>>

export interface NodePlace {
  /** Its number, and where it is reached. */
  readonly entry: { readonly number: string; readonly endpoint: string }
  readonly port: number
  /** Folder of what the node keeps. */
  readonly directory: string
}

/** What a node needs to be told (docs/configuration.md). `privacyNodeKey` is what whoever runs the privacy service derives from. */
export function nodeSettings(
  { entry: { number, endpoint }, port, directory }: NodePlace,
  keys: JoinKeys,
  demo: DemoFile,
  privacyNodeKey: string,
): Environment {
  const own = deriveNodeKey(Buffer.from(privacyNodeKey, 'base64url'), number)
  return {
    KILDE_HOST: '127.0.0.1',
    KILDE_PORT: `${port}`,
    KILDE_PUBLIC_URL: endpoint,
    KILDE_ORGANIZATION: number,
    KILDE_ISSUER: demo.identity,
    KILDE_BASE_DATA_URL: `${demo.identity}/base-data`,
    KILDE_CLIENT_ID: clientIds(number).node,
    KILDE_CLIENT_KEY: JSON.stringify(keys.node),
    KILDE_REGISTRY_URL: demo.registry,
    KILDE_REGISTRY_KEYS: JSON.stringify(demo.joining?.registryKeys),
    KILDE_PRIVACY_URL: demo.privacy,
    KILDE_PRIVACY_KEYS: JSON.stringify(demo.joining?.privacyKeys),
    KILDE_PRIVACY_NODE_KEYS: JSON.stringify({ [number]: Buffer.from(own).toString('base64url') }),
    KILDE_PAGE_KEY: JSON.stringify(keys.page),
    KILDE_AUDIT_DIRECTORY: join(directory, 'audit'),
    KILDE_AUDIT_KEY: keys.audit,
    KILDE_DIGEST_KEY: keys.digest,
    KILDE_STORE_DIRECTORY: join(directory, 'store'),
    KILDE_STORE_KEY: keys.store,
    KILDE_LOG_LEVEL: 'warn',
  }
}

export const clientIds = (number: string) => ({
  node: `kilde-node-${number}`,
  ingest: `kilde-ingest-${number}`,
})

/** For `node --env-file`, which takes three kinds of quotes and no escapes. */
export function envFile(settings: Environment): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    const quote = ["'", '"', '`'].find((one) => !value.includes(one))
    if (quote === undefined) throw new RangeError(`${name} cannot be quoted`)
    return `${name}=${quote}${value}${quote}`
  })
  return `${lines.join('\n')}\n`
}
