import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { Mark } from '@kilde/privacy'
import type { Statement } from './statement.js'

/** One change, as the store keeps it. */
export interface Change {
  readonly mark: Mark
  readonly person: PatientIdentifier
  /** Absent: nothing of this service's own has changed, but base data may have. */
  readonly statement?: Statement
}

/** All statements in memory, and which persons changed after which mark. */
export class Ledger {
  readonly #people = new Map<string, Person>()
  readonly #tags = new Map<number, string>()
  #mark: Mark = { version: 0, tag: '0'.repeat(43) }

  get mark(): Mark {
    return this.#mark
  }

  apply({ mark, person, statement }: Change): void {
    const held = this.#of(person)
    if (statement) held.statements.set(statement.id, statement)
    held.version = mark.version
    this.#tags.set(mark.version, mark.tag)
    this.#mark = mark
  }

  statementsOf(person: PatientIdentifier): readonly Statement[] {
    return [...(this.#people.get(identifierToken(person))?.statements.values() ?? [])]
  }

  /** Persons with a change after this mark; undefined where the mark is not one of this history. */
  changedAfter(mark: Mark | undefined): readonly PatientIdentifier[] | undefined {
    if (mark && mark.version > 0 && this.#tags.get(mark.version) !== mark.tag) return undefined
    const after = mark?.version ?? 0
    return [...this.#people.values()].filter((one) => one.version > after).map((one) => one.person)
  }

  #of(person: PatientIdentifier): Person {
    const token = identifierToken(person)
    const held = this.#people.get(token) ?? { person, statements: new Map(), version: 0 }
    this.#people.set(token, held)
    return held
  }
}

interface Person {
  readonly person: PatientIdentifier
  readonly statements: Map<string, Statement>
  version: number
}
