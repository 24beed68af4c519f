import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options?: { readonly type: 'minor' | 'major' }) => void

// A context that is made while the flag is set has the function; no other code of this process gets it.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as Collect
setFlagsFromString('--no-expose-gc')

/** Collects all garbage. Shapes of objects die with their last object; the engine would keep them for two more collections. */
export function collectAll(): void {
  withFlag('--retain-maps-for-n-gc=0', '--retain-maps-for-n-gc=2', collect)
}

/**
 * Collects all garbage and moves what lives to other pages. The pages left behind go back to the system: those that stay
 * would still hold, between the living, what died.
 */
export function compactAll(): void {
  withFlag('--compact-on-every-full-gc', '--no-compact-on-every-full-gc', collect)
}

/** Collects the garbage of the new space only. */
export function collectNewSpace(): void {
  collect({ type: 'minor' })
}

function withFlag(set: string, reset: string, work: () => void): void {
  setFlagsFromString(set)
  try {
    work()
  } finally {
    setFlagsFromString(reset)
  }
}
