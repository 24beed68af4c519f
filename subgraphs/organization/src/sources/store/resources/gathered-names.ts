import type { HeldContent } from './held-resources.js'

/** Most names that a resource keeps, the newest: senders that give it a new one each time shall not fill the store. */
const MOST_NAMES = 1_000

/**
 * What references call the resources of a class that a run of changes concerns. One resource may come under several names: as two of
 * the same content in a Bundle, or again in another Bundle with the address that it has there. Rows that refer to it by any of them
 * are to find it, so that no name is lost when it is repeated or replaced.
 */
export class GatheredNames {
  readonly #held: ReadonlyMap<string, HeldContent>
  readonly #came = new Map<string, readonly string[]>()

  constructor(held: readonly HeldContent[]) {
    this.#held = new Map(held.map((one) => [one.id, one]))
  }

  add(id: string, names: readonly string[]): void {
    this.#came.set(id, [...names, ...(this.#came.get(id) ?? [])])
  }

  of(id: string): readonly string[] {
    const held = this.#held.get(id)?.content.names ?? []
    return [...new Set([...(this.#came.get(id) ?? []), ...held])].slice(0, MOST_NAMES)
  }

  /** Resources that are held and came again under names that they did not have. */
  renamed(): readonly HeldContent[] {
    return [...this.#came].flatMap(([id, names]) => {
      const held = this.#held.get(id)
      return held && names.some((name) => !held.content.names.includes(name)) ? [held] : []
    })
  }
}
