import { UNKNOWN_CODE } from '../../../classes/measures.js'
import type { ResourceChange } from '../../intake.js'
import type { ResourceContent } from './content.js'
import type { HeldContent } from './held-resources.js'

/** Most names that a resource keeps, the newest: senders that give it a new one each time shall not fill the store. */
const MOST_NAMES = 1_000

type Beside = Pick<ResourceContent, 'names' | 'codes'>

/**
 * What stands beside the resources of a class that a run of changes concerns. One resource may come under several names: as two of
 * the same content in a Bundle, or again in another Bundle with the address that it has there. Rows that refer to it by any of them
 * are to find it, so that no name is lost when it is repeated or replaced. Nor is what it refers to, once that was known.
 */
export class Gathered {
  readonly #held: ReadonlyMap<string, HeldContent>
  readonly #came = new Map<string, Beside>()

  constructor(held: readonly HeldContent[]) {
    this.#held = new Map(held.map((one) => [one.id, one]))
  }

  add(id: string, { names, codes }: Pick<ResourceChange, 'names' | 'codes'>): void {
    const before = this.#came.get(id)
    this.#came.set(id, {
      names: [...names, ...(before?.names ?? [])],
      codes: codes && known(codes, before?.codes),
    })
  }

  of(id: string): Beside {
    const held = this.#held.get(id)?.content
    const came = this.#came.get(id)
    const names = [...new Set([...(came?.names ?? []), ...(held?.names ?? [])])]
    return {
      names: names.slice(0, MOST_NAMES),
      codes: came?.codes ? known(came.codes, held?.codes) : held?.codes,
    }
  }

  /** Resources that are held and came again with something beside them that they did not have. */
  changed(): readonly HeldContent[] {
    return [...this.#came.keys()].flatMap((id) => {
      const held = this.#held.get(id)
      return held && !isSame(held.content, this.of(id)) ? [held] : []
    })
  }
}

/** What came, unless it is not known now and was before. */
const known = (came: readonly string[], before: readonly string[] | undefined) =>
  came.includes(UNKNOWN_CODE) && before && !before.includes(UNKNOWN_CODE) ? before : came

const isSame = (held: Beside, now: Beside): boolean =>
  now.names.every((name) => held.names.includes(name)) &&
  JSON.stringify(held.codes) === JSON.stringify(now.codes)
