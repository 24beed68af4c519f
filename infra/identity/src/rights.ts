import type { RegisteredClient } from './clients.js'

/** Audiences that a client may have tokens for, each with the scopes. */
export type Rights = Readonly<Record<string, readonly string[]>>

export const gatewayAudience = 'kilde:gateway'

/** What a client may ask for by itself or with a signed-in user. What the gateway may exchange stands in exchange.ts. */
export function rightsOf(client: RegisteredClient): Rights {
  switch (client.kind) {
    case 'user':
      return {
        [gatewayAudience]: ['kilde:gateway/read'],
        'kilde:privacy': ['kilde:privacy/own'],
      }
    case 'gateway':
      return {
        'kilde:registry': ['kilde:registry/follow'],
        'kilde:holdings': ['kilde:holdings/read'],
        'kilde:persons': ['kilde:persons/read'],
      }
    case 'follower':
      return { 'kilde:registry': ['kilde:registry/follow'] }
    case 'node':
      return {
        'kilde:registry': ['kilde:registry/follow'],
        'kilde:privacy': ['kilde:privacy/follow'],
        'kilde:locator': ['kilde:locator/evaluate'],
        'kilde:persons': ['kilde:persons/read'],
      }
    case 'ingest':
      return { [`kilde:organization:${client.organization}`]: ['kilde:organization/write'] }
    case 'admin':
      return {
        'kilde:registry': ['kilde:registry/admin'],
        'kilde:privacy': ['kilde:privacy/import'],
      }
    default:
      return client.kind satisfies never
  }
}
