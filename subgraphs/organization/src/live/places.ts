import { OrganizationError } from '../errors.js'

/** Bounds how many streams are open: each holds a connection, and is looked at whenever its patient's data change. */
export interface LivePlaces {
  /**
   * @returns what is to be called when the stream is over
   * @throws OrganizationError `LIVE_FULL`
   */
  enter(key: string): () => void
}

export interface PlaceLimits {
  readonly ofRequester: number
  readonly ofAll: number
}

export function createPlaces({ ofRequester, ofAll }: PlaceLimits): LivePlaces {
  const open = new Map<string, number>()
  let all = 0
  return {
    enter(key) {
      const own = open.get(key) ?? 0
      if (own >= ofRequester || all >= ofAll) throw new OrganizationError('LIVE_FULL')
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
    },
  }
}
