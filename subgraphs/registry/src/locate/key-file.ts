import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../data/store.js'
import { RegistryError } from '../errors.js'
import type { RingKey } from './key-ring.js'

const FILE = 'locate-keys.sealed'
const IV_BYTES = 12
const TAG_BYTES = 16

const bytes = z
  .base64url()
  .length(43)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
const Keys = z.array(
  z.object({
    id: z.string(),
    secretKey: bytes,
    publicKey: bytes,
    fromMs: z.number(),
    untilMs: z.number(),
  }),
)

/** @throws RegistryError `LOCATE_KEYS_UNREADABLE` where the file is there but cannot be opened with this key */
export async function readKeys(directory: string, key: Uint8Array): Promise<readonly RingKey[]> {
  const sealed = await readFile(join(directory, FILE)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (sealed === undefined) return []
  try {
    return Keys.parse(JSON.parse(open(sealed, key)))
  } catch (cause) {
    // A new key in its place would make all filters useless without a word.
    throw new RegistryError('LOCATE_KEYS_UNREADABLE', { cause })
  }
}

export async function writeKeys(
  directory: string,
  key: Uint8Array,
  keys: readonly RingKey[],
): Promise<void> {
  const plain = keys.map(({ secretKey, publicKey, ...rest }) => ({
    ...rest,
    secretKey: Buffer.from(secretKey).toString('base64url'),
    publicKey: Buffer.from(publicKey).toString('base64url'),
  }))
  await replaceFile(directory, join(directory, FILE), seal(JSON.stringify(plain), key))
}

/** AES-256-GCM: nonce, ciphertext, tag. */
function seal(text: string, key: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

function open(sealed: Buffer, key: Uint8Array): string {
  const iv = sealed.subarray(0, IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const text = sealed.subarray(IV_BYTES, -TAG_BYTES)
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
}
