import { GatewayError } from '../errors.js'

export interface StreamLimits {
  /** Most streams of one requester at a time. */
  readonly ofRequester: number
  /** Most streams of all at a time, in this process. */
  readonly ofAll: number
}

/** Bounds how many streams are open: each holds a connection, and what its client has not taken yet. */
export function createPlaces({ ofRequester, ofAll }: StreamLimits): (key: string) => () => void {
  const open = new Map<string, number>()
  let all = 0
  return (key) => {
    const own = open.get(key) ?? 0
    if (own >= ofRequester) {
      const text = `Too many streams of yours are open: at most ${ofRequester} at a time.`
      throw new GatewayError('RATE_LIMITED', { text, retryAfterSeconds: 5 })
    }
    if (all >= ofAll) throw new GatewayError('STREAMS_FULL', { retryAfterSeconds: 5 })
    open.set(key, own + 1)
    all += 1
    let isLeft = false
    return () => {
      if (isLeft) return
      isLeft = true
      all -= 1
      const left = (open.get(key) ?? 1) - 1
      if (left === 0) open.delete(key)
      else open.set(key, left)
    }
  }
}
