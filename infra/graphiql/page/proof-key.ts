/** The key that the access token is bound to. Its private half cannot be read, not even by this page. */
export interface ProofKey {
  readonly privateKey: CryptoKey
  readonly publicJwk: {
    readonly kty: string
    readonly crv: string
    readonly x: string
    readonly y: string
  }
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
const databaseName = 'kilde-graphiql'
const storeName = 'keys'
const slot = 'proof'

/** A new key, kept in the browser's database so that it outlives the way to the identity service and back. */
export async function makeKey(): Promise<ProofKey> {
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const {
    kty = '',
    crv = '',
    x = '',
    y = '',
  } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const key = { privateKey: pair.privateKey, publicJwk: { kty, crv, x, y } }
  await inStore('readwrite', (store) => store.put(key, slot))
  return key
}

export function keptKey(): Promise<ProofKey | undefined> {
  return inStore<ProofKey | undefined>('readonly', (store) => store.get(slot))
}

/** Without its key the access token is worth nothing: this is what signs a user out. */
export async function destroyKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(slot))
}

async function inStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase()
  try {
    return await settled(act(database.transaction(storeName, mode).objectStore(storeName)))
  } finally {
    database.close()
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
  return settled(opening)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
