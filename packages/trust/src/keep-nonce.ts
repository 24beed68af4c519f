/** What is looked at of an answer: `fetch` gives it. */
export interface NonceAnswer {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  /** What is left of it is thrown away before the second request. */
  readonly body: { cancel(): Promise<unknown> } | null
}

/** Sends requests to one server with the nonce that it last gave. */
export interface NonceKeeper {
  /**
   * Once more, and once only, where the server wants another nonce than it was sent (RFC 9449 §9): it has not carried out the
   * first. `ask` signs a new proof each time.
   */
  send<T extends NonceAnswer>(ask: (nonce: string | undefined) => Promise<T>): Promise<T>
}

export function createNonceKeeper(): NonceKeeper {
  let nonce: string | undefined
  const once = async <T extends NonceAnswer>(
    ask: (nonce: string | undefined) => Promise<T>,
  ): Promise<T> => {
    const response = await ask(nonce)
    nonce = usableNonce(response.headers.get('dpop-nonce')) ?? nonce
    return response
  }
  return {
    async send(ask) {
      const before = nonce
      const first = await once(ask)
      const wanted = first.status === 401 && wantsNonce(first.headers.get('www-authenticate'))
      if (!wanted || nonce === undefined || nonce === before) return first
      await first.body?.cancel()
      return once(ask)
    },
  }
}

/** Whether a challenge asks for a nonce, or another one. */
export const wantsNonce = (challenge: unknown): boolean =>
  typeof challenge === 'string' && /\berror="use_dpop_nonce"/.test(challenge)

/** A nonce as RFC 9449 §8.1 spells it, of a length that a header can carry back. */
export const usableNonce = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/.test(value) ? value : undefined
