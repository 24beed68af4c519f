import { createHash, createHmac } from 'node:crypto'
import { encodeBoundary, parseBoundary, type RowKey } from '@kilde/contract'
import { isSameText } from '@kilde/service'
import { GatewayError } from '../errors.js'
import { SourceSet } from './source-set.js'

/** Where a list goes on, and what happened on the pages before. */
export interface CursorState {
  readonly boundary: RowKey
  /** Rows after the boundary that were shown already: of an identity that has several, and was left in their midst. */
  readonly skip: number
  /** Rows shown so far: what `last: n` has left. At most 1,000,000. */
  readonly served: number
  /** Sources that did not answer on an earlier page. */
  readonly failed: SourceSet
}

/** Keys that authenticate cursors: the current one, and the one before while its cursors are still about. 32 bytes each. */
export interface CursorKeys {
  readonly current: Uint8Array
  readonly previous?: Uint8Array
}

/**
 * Writes and reads cursors: plain state and a MAC over it and over what binds it (field and arguments other than `first`
 * and `after`, requester, patient, contract). Deterministic, so that a page read again has the same cursors; of constant
 * size, however many sources there are.
 */
export class Cursors {
  readonly #keys: CursorKeys

  constructor(keys: CursorKeys) {
    this.#keys = keys
  }

  write(state: CursorState, binding: string): string {
    const body = [
      encodeBoundary(state.boundary),
      state.served.toString(36),
      state.skip.toString(36),
      state.failed.toText(),
    ].join('.')
    return `${body}.${mac(this.#keys.current, body, binding)}`
  }

  /**
   * @param bindings what it may be bound to: the binding of now, and how to make the one before.
   * @throws GatewayError `CURSOR_INVALID` for everything that this gateway did not write for this list.
   */
  read(text: string, [binding, before]: readonly [string, () => string]): CursorState {
    const parts = text.length <= MAX_CHARACTERS ? text.split('.') : []
    const [place = '', served = '', skip = '', failed = '', tag = ''] = parts
    const body = [place, served, skip, failed].join('.')
    const boundary = parseBoundary(place)
    const isOurs = (to: string): boolean => this.#isAuthentic(body, to, tag)
    if (parts.length !== 5 || !boundary || !(isOurs(binding) || isOurs(before()))) {
      throw new GatewayError('CURSOR_INVALID')
    }
    return {
      boundary,
      skip: Number.parseInt(skip, 36),
      served: Number.parseInt(served, 36),
      failed: SourceSet.fromText(failed),
    }
  }

  #isAuthentic(body: string, binding: string, tag: string): boolean {
    const { current, previous } = this.#keys
    return [current, previous].some(
      (key) => key !== undefined && isSameText(tag, mac(key, body, binding)),
    )
  }
}

const MAX_CHARACTERS = 600

/** What a cursor is bound to, as one digest: nothing of it can be read from the cursor. */
export function bindingOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

function mac(key: Uint8Array, body: string, binding: string): string {
  return createHmac('sha256', key).update(body).update('\n').update(binding).digest('base64url')
}
