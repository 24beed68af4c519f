import { createHmac } from 'node:crypto'
import { isSameText } from '@kilde/service'
import { z } from 'zod'
import { GatewayError } from '../errors.js'
import type { CursorKeys } from '../merge/cursor.js'

/** How far each organisation has told, by number: places that it gave itself. */
export type Places = ReadonlyMap<string, string>

const written = z.array(z.tuple([z.string().regex(/^\d{9}$/), z.string().max(64)])).max(2_000)
const MAX_CHARACTERS = 100_000

/**
 * Writes and reads the id of an event: the places of all sources, and a MAC over them and over what binds them (operation, requester, patient),
 * so that a stream is taken up again by whom and for what it was.
 */
export class Resumption {
  readonly #keys: CursorKeys

  constructor(keys: CursorKeys) {
    this.#keys = keys
  }

  write(places: Places, binding: string): string {
    const body = Buffer.from(JSON.stringify([...places])).toString('base64url')
    return `${body}.${mac(this.#keys.current, body, binding)}`
  }

  /** @throws GatewayError `CURSOR_INVALID` */
  read(text: string, binding: string): Places {
    const [body = '', tag = '', ...more] = text.length <= MAX_CHARACTERS ? text.split('.') : []
    const { current, previous } = this.#keys
    const isOurs = [current, previous].some(
      (key) => key && isSameText(tag, mac(key, body, binding)),
    )
    const read = isOurs && more.length === 0 ? written.safeParse(parse(body)) : undefined
    if (!read?.success) {
      const text = 'The stream cannot go on from there. Begin it again without `Last-Event-ID`.'
      throw new GatewayError('CURSOR_INVALID', { text })
    }
    return new Map(read.data)
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

const mac = (key: Uint8Array, body: string, binding: string): string =>
  createHmac('sha256', key).update(`stream\n${body}\n${binding}`).digest('base64url')
