import { type CatalogueState, digestOf, signConfirmation, signState } from '@kilde/catalogue'
import type { PrivateJwk } from '@kilde/trust'

/** A text signed just now, and the version that it is about. */
interface Notice {
  readonly version: number
  readonly jws: string
}

/** What the registry says of its present state, under its signature and with the time of saying it. */
export interface Bulletin {
  /** The whole state. Signed anew when the last signature is a second old. */
  state(): Promise<Notice>
  /** That the state still holds. */
  confirmation(): Promise<Notice>
}

export interface BulletinOptions {
  readonly current: () => CatalogueState
  readonly key: PrivateJwk
  readonly now: () => number
}

/** A thousand followers that come back at once are given one signature. */
const REUSE_MS = 1_000

export function createBulletin({ current, key, now }: BulletinOptions): Bulletin {
  let digested: { readonly of: CatalogueState; readonly digest: string } | undefined
  let last:
    | { readonly of: CatalogueState; readonly at: number; readonly notice: Promise<Notice> }
    | undefined

  const digest = (state: CatalogueState): string => {
    if (digested?.of !== state) digested = { of: state, digest: digestOf(state) }
    return digested.digest
  }
  return {
    state() {
      const state = current()
      const at = now()
      if (last?.of === state && at - last.at < REUSE_MS) return last.notice
      const issued = { ...state, issuedAt: new Date(at).toISOString() }
      const notice = signState(issued, key).then((jws) => ({ version: state.version, jws }))
      last = { of: state, at, notice }
      return notice
    },
    async confirmation() {
      const state = current()
      const { version } = state
      const issuedAt = new Date(now()).toISOString()
      const confirmation = { version, digest: digest(state), issuedAt }
      return { version, jws: await signConfirmation(confirmation, key) }
    },
  }
}
