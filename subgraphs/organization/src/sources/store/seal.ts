import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { isUnsealed, type StoreKeys } from './keys.js'

const PLAIN = 0
const SEALED = 1
const KEY_ID = 6
const NONCE = 12
const TAG = 16
const HEAD = 1 + KEY_ID + NONCE

/** What lies in the store is not what was put there, or not with a key that is known. Its message holds no content. */
class Unopened extends Error {
  constructor(place: string) {
    super(`what lies at ${place} does not open`)
    this.name = 'Unopened'
  }
}

/**
 * AES-256-GCM. `place` is what the text is bound to: the same bytes in another row, for another patient or as another version do
 * not open. Nonces are random: with 2^32 texts a key has reached its limit (NIST SP 800-38D §8.3) and must be replaced.
 */
export function seal({ organization, current }: StoreKeys, place: string, text: string): Buffer {
  if (isUnsealed(current)) return Buffer.concat([Buffer.of(PLAIN), Buffer.from(text)])
  const nonce = nonceOf()
  const cipher = createCipheriv('aes-256-gcm', current.content, nonce)
  cipher.setAAD(boundTo(organization, place))
  const content = cipher.update(text, 'utf8')
  cipher.final()
  return Buffer.concat([Buffer.of(SEALED), current.id, nonce, content, cipher.getAuthTag()])
}

/** @throws Unopened */
export function open(keys: StoreKeys, place: string, bytes: Buffer): string {
  if (bytes[0] === PLAIN && keys.all.some(isUnsealed)) return bytes.toString('utf8', 1)
  const key = keys.all.find(({ id }) => isOf(id, bytes))
  if (bytes[0] !== SEALED || !key || bytes.length < HEAD + TAG) throw new Unopened(place)
  const opening = createDecipheriv('aes-256-gcm', key.content, bytes.subarray(1 + KEY_ID, HEAD))
  opening.setAAD(boundTo(keys.organization, place))
  opening.setAuthTag(bytes.subarray(-TAG))
  try {
    const text = opening.update(bytes.subarray(HEAD, -TAG))
    opening.final()
    return text.toString('utf8')
  } catch {
    throw new Unopened(place)
  }
}

/** Whether this was sealed with the key that seals now. */
export const isCurrent = ({ current }: StoreKeys, bytes: Buffer): boolean =>
  isUnsealed(current) ? bytes[0] === PLAIN : bytes[0] === SEALED && isOf(current.id, bytes)

const isOf = (id: Buffer, bytes: Buffer): boolean =>
  id.length === KEY_ID && id.equals(bytes.subarray(1, 1 + KEY_ID))

const boundTo = (organization: string, place: string): Buffer =>
  Buffer.from(`kilde-store/v1|${organization}|${place}`)

/** Random bytes cost less in large portions. */
let pool = Buffer.alloc(0)
function nonceOf(): Buffer {
  if (pool.length < NONCE) pool = randomBytes(NONCE * 512)
  const nonce = pool.subarray(0, NONCE)
  pool = pool.subarray(NONCE)
  return nonce
}
