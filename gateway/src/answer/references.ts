import { isKeyOnly, type Selection } from '../merge/select.js'

/** Answers fields of organisations from the gateway's own copy of the registry: each selection once for each organisation. */
export interface Organizations {
  /** JSON text of the selection for each number, in the numbers' order. */
  textsOf(selection: Selection, numbers: readonly string[]): Promise<readonly string[]>
}

/**
 * The organisations that an answer names, as the client wants to see them. First it is told which are needed, then it fetches
 * all of them at once, then rows are written: no row waits for a request of its own.
 */
export class References {
  readonly #organizations: Organizations
  readonly #texts = new Map<Selection, Map<number, Buffer>>()

  constructor(organizations: Organizations) {
    this.#organizations = organizations
  }

  need(selection: Selection, number: number): void {
    const known = this.#texts.get(selection)
    if (!known) this.#texts.set(selection, new Map([[number, NOTHING]]))
    else if (!known.has(number)) known.set(number, NOTHING)
  }

  async load(): Promise<void> {
    await Promise.all([...this.#texts].map(([selection, texts]) => this.#fill(selection, texts)))
  }

  async #fill(selection: Selection, texts: Map<number, Buffer>): Promise<void> {
    const numbers = [...texts.keys()]
    const found = isKeyOnly(selection)
      ? numbers.map((number) => keyText(selection, number))
      : await this.#organizations.textsOf(selection, numbers.map(organizationNumber))
    numbers.forEach((number, index) => texts.set(number, Buffer.from(found[index] ?? 'null')))
  }

  /** @throws Error where it was not asked for before */
  bytesOf(selection: Selection, number: number): Buffer {
    const bytes = this.#texts.get(selection)?.get(number)
    if (bytes === undefined) throw new Error('an organisation was not asked for')
    return bytes
  }

  /** @throws Error where it was not asked for before */
  textOf(selection: Selection, number: number): string {
    return this.bytesOf(selection, number).toString('utf8')
  }
}

const NOTHING = Buffer.alloc(0)

function keyText(selection: Selection, number: number): string {
  const members = selection.map(({ key, name }) => {
    const value = name === '__typename' ? 'Organization' : organizationNumber(number)
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`
  })
  return `{${members.join(',')}}`
}

export const organizationNumber = (number: number): string => String(number).padStart(9, '0')
