import { LRUCache } from 'lru-cache'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import { type ClientsById, metadataOf } from './clients.js'

/** Pushed requests, interactions, codes and used ids: all short-lived, lost on restart. Tokens are signed, not stored. */
export function createMemoryAdapter(clients: ClientsById): AdapterFactory {
  const stored = new LRUCache<string, AdapterPayload>({ max: 200_000 })
  const registered = clientAdapter(clients)
  return (model) => {
    if (model === 'Client') return registered
    return model === 'Session' ? nothing : adapterFor(model, stored)
  }
}

function adapterFor(model: string, stored: LRUCache<string, AdapterPayload>): Adapter {
  const keyOf = (id: string): string => `${model}:${id}`
  return {
    async upsert(id, payload, expiresIn) {
      stored.set(keyOf(id), payload, expiresIn ? { ttl: expiresIn * 1000 } : undefined)
    },
    find: async (id) => stored.get(keyOf(id)),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    async consume(id) {
      const payload = stored.get(keyOf(id))
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      stored.delete(keyOf(id))
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of stored.entries()) {
        if (payload.grantId === grantId) stored.delete(key)
      }
    },
  }
}

/** Sessions. No single sign-on: whoever tries the demo changes person all the time, and must never be another than just chosen. */
const nothing: Adapter = {
  upsert: async () => {},
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
}

function clientAdapter(clients: ClientsById): Adapter {
  return {
    ...nothing,
    find: async (id) => {
      const client = clients(id)
      return client && metadataOf(client)
    },
  }
}
