import type { StoreKeys } from './keys.js'
import { open, seal } from './seal.js'

/** A version that another has replaced. */
interface Replaced {
  readonly id: string
  readonly version: number
}

const placeOf = ({ id, version }: Replaced): string => `version|${id}|${version}`

export const sealVersion = (keys: StoreKeys, of: Replaced, sent: string): Buffer =>
  seal(keys, placeOf(of), sent)

/** @throws Unopened */
export const openVersion = (keys: StoreKeys, of: Replaced, bytes: Buffer): string =>
  open(keys, placeOf(of), bytes)
