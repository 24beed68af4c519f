import { isKeyOnly, type Selection } from '../merge/select.js'
import type { Reference } from '../rows/scan.js'
import { viewOf } from './byte-writer.js'

/** Answers fields of organisations from the gateway's own copy of the registry: each selection once for each organisation. */
export interface Organizations {
  /** JSON text of the selection for each number, in the numbers' order. */
  textsOf(selection: Selection, numbers: readonly string[]): Promise<readonly string[]>
}

/** JSON text as bytes, with the view of them that short pieces are copied by. */
export interface Text {
  readonly bytes: Buffer
  readonly view: DataView
}

/**
 * The organisations that an answer names, as the client wants to see them. First it is told which are needed, then it fetches
 * all of them at once, then rows are written: no row waits for a request of its own.
 */
export class References {
  readonly #organizations: Organizations
  readonly #plan: readonly Reference[]
  /** Those of rows by their number in the plan: there may be some for each row. */
  readonly #ofRows: readonly Map<number, Text>[]
  readonly #others = new Map<Selection, Map<number, Text>>()

  constructor(organizations: Organizations, plan: readonly Reference[]) {
    this.#organizations = organizations
    this.#plan = plan
    this.#ofRows = plan.map(() => new Map())
  }

  /** One that a row shows. */
  needInRow(reference: number, organization: number): void {
    const texts = this.#ofRows[reference]
    if (texts && !texts.has(organization)) texts.set(organization, NO_TEXT)
  }

  need(selection: Selection, organization: number): void {
    const texts = this.#others.get(selection) ?? new Map<number, Text>()
    this.#others.set(selection, texts.set(organization, NO_TEXT))
  }

  async load(): Promise<void> {
    const ofRows = this.#plan.map(({ fields }, index) => [fields, this.#ofRows[index]] as const)
    await Promise.all(
      [...ofRows, ...this.#others].map(([selection, texts]) => this.#fill(selection, texts)),
    )
  }

  async #fill(selection: Selection, texts: Map<number, Text> | undefined): Promise<void> {
    if (!texts || texts.size === 0) return
    const numbers = [...texts.keys()]
    const found = isKeyOnly(selection)
      ? numbers.map((number) => keyText(selection, number))
      : await this.#organizations.textsOf(selection, numbers.map(organizationNumber))
    numbers.forEach((number, index) => {
      texts.set(number, textOf(found[index] ?? 'null'))
    })
  }

  /** @throws Error where it was not asked for before */
  inRow(reference: number, organization: number): Text {
    return known(this.#ofRows[reference]?.get(organization))
  }

  /** @throws Error where it was not asked for before */
  textOf(selection: Selection, organization: number): string {
    return known(this.#others.get(selection)?.get(organization)).bytes.toString('utf8')
  }
}

function known(text: Text | undefined): Text {
  if (text === undefined) throw new Error('an organisation was not asked for')
  return text
}

function textOf(text: string): Text {
  const bytes = Buffer.from(text)
  return { bytes, view: viewOf(bytes) }
}

const NO_TEXT = textOf('')

function keyText(selection: Selection, number: number): string {
  const members = selection.map(({ key, name }) => {
    const value = name === '__typename' ? 'Organization' : organizationNumber(number)
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`
  })
  return `{${members.join(',')}}`
}

const organizationNumber = (number: number): string => String(number).padStart(9, '0')
