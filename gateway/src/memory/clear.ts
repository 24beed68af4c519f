import { setImmediate as turn } from 'node:timers/promises'
import { collectAll, compactAll } from './collect.js'
import { overwriteNewSpace } from './new-space.js'
import { overwriteParserBuffer } from './parser-buffer.js'
import { overwriteStack } from './stack.js'
import { overwriteUndiciBuffer } from './undici-buffer.js'

/**
 * What still holds bytes of requests that are over, in the order in which it must go: first what is kept alive (references,
 * buffers that are used again and again), then what nobody refers to, then the places where it was.
 * docs/decisions/0014 has what each step removes and costs.
 */
const steps: readonly (() => void | Promise<void>)[] = [
  forgetLastMatch,
  overwriteUndiciBuffer,
  overwriteParserBuffer,
  // The first kills what the second moves away from: shapes of objects, which hold the names of their fields.
  collectAll,
  compactAll,
  overwriteNewSpace,
  overwriteNewSpace,
  overwriteStack,
]

/** Clears memory of what requests left. Other work gets its turn between the steps; `signal` ends it after one. */
export async function clearMemory(signal: AbortSignal): Promise<void> {
  for (const step of steps) {
    await turn()
    if (signal.aborted) return
    await step()
  }
}

/** The engine keeps the text that a regular expression matched last, for `RegExp.input`. */
function forgetLastMatch(): void {
  ;/(?:)/.exec('')
}
