import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { OrganizationError } from '../../../errors.js'

const MAGIC = Buffer.from('KILDEBK1')
const SALT = 32
const TAG = 16
const CHUNK = 1 << 16
const HEAD = MAGIC.length + SALT

/**
 * Cuts a stream into chunks that are sealed each for itself, in its place, and the last one as the last: the construction STREAM
 * (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age and Tink have it. A key of its own for each file, so that counting nonces is
 * safe. What was cut off, put in another order, changed or taken from another file does not open.
 */
export async function* sealFrames(
  key: Uint8Array,
  organization: string,
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT)
  const own = fileKey(key, organization, salt)
  yield Buffer.concat([MAGIC, salt])
  let counter = 0
  let waiting: Buffer[] = []
  let length = 0
  for await (const part of parts) {
    waiting.push(part)
    length += part.length
    // One chunk stays back: only at the end is it known which one is the last.
    if (length <= CHUNK) continue
    const all = Buffer.concat(waiting)
    let at = 0
    for (; length - at > CHUNK; at += CHUNK) {
      yield sealChunk(own, counter++, false, all.subarray(at, at + CHUNK))
    }
    waiting = [all.subarray(at)]
    length -= at
  }
  yield sealChunk(own, counter, true, Buffer.concat(waiting))
}

/** @throws OrganizationError `BACKUP_NOT_OPENED` before anything of a faulty chunk is given */
export async function* openFrames(
  keys: readonly Uint8Array[],
  organization: string,
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const reader = createReader(parts)
  const head = await reader.take(HEAD)
  if (head.length < HEAD || !head.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw notOpened('no backup of Kilde')
  }
  const salt = head.subarray(MAGIC.length)
  let candidates = keys.map((key) => fileKey(key, organization, salt))
  for (let counter = 0; ; counter += 1) {
    const sealed = await reader.take(CHUNK + TAG)
    const isLast = await reader.isAtEnd()
    const found = candidates.flatMap((key) => {
      const opened = openChunk(key, counter, isLast, sealed)
      return opened ? [{ key, opened }] : []
    })[0]
    if (!found) throw notOpened(`chunk ${counter} does not open`)
    candidates = [found.key]
    yield found.opened
    if (isLast) return
  }
}

export const notOpened = (detail: string): OrganizationError =>
  new OrganizationError('BACKUP_NOT_OPENED', { detail })

const fileKey = (key: Uint8Array, organization: string, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, `kilde-store/v1/${organization}/backup`, 32))

function nonceOf(counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(counter), 3)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function sealChunk(key: Buffer, counter: number, isLast: boolean, bytes: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(counter, isLast))
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

function openChunk(
  key: Buffer,
  counter: number,
  isLast: boolean,
  sealed: Buffer,
): Buffer | undefined {
  if (sealed.length < TAG) return undefined
  const opening = createDecipheriv('aes-256-gcm', key, nonceOf(counter, isLast))
  opening.setAuthTag(sealed.subarray(-TAG))
  try {
    return Buffer.concat([opening.update(sealed.subarray(0, -TAG)), opening.final()])
  } catch {
    return undefined
  }
}

/** Reads a stream in portions of one's own choice. */
export function createReader(parts: AsyncIterable<Buffer>) {
  const source = parts[Symbol.asyncIterator]()
  let waiting: Buffer = Buffer.alloc(0)
  const fill = async (length: number): Promise<void> => {
    const gathered = [waiting]
    let held = waiting.length
    while (held < length) {
      const next = await source.next()
      if (next.done) break
      gathered.push(next.value)
      held += next.value.length
    }
    waiting = gathered.length === 1 ? waiting : Buffer.concat(gathered)
  }
  return {
    /** So many bytes; fewer at the end alone. */
    async take(length: number): Promise<Buffer> {
      await fill(length)
      const taken = waiting.subarray(0, length)
      waiting = waiting.subarray(length)
      return taken
    },
    async isAtEnd(): Promise<boolean> {
      await fill(1)
      return waiting.length === 0
    },
  }
}
