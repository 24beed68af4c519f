import { getHeapSpaceStatistics } from 'node:v8'
import { collectNewSpace } from './collect.js'

/** One field and its header: about the smallest object that a script makes (bytes). */
const OBJECT_BYTES = 32

interface Chain {
  readonly next: Chain | undefined
}

/**
 * Fills the half of the new space that is in use with small objects, and changes halves. Its pages are not given back while
 * it has its size, so only new objects overwrite old ones. Small, because an object that is larger than the rest of a page
 * leaves that rest as it was.
 */
export function overwriteNewSpace(): void {
  // Looked at, so that the compiler cannot leave the objects out.
  if (chainOf(newSpaceBytes())) collectNewSpace()
}

function chainOf(bytes: number): Chain | undefined {
  let chain: Chain | undefined
  // Short chains: they die before the collector would move them elsewhere.
  for (let made = 0; made < bytes; made += OBJECT_BYTES) {
    chain = { next: made % 4_096 === 0 ? undefined : chain }
  }
  return chain
}

function newSpaceBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  return space?.space_size ?? 0
}
