import { identityDigest } from '@kilde/contract'
import type {
  ClosedRows,
  LatestQuestion,
  PageQuestion,
  RowsMeant,
  TrendQuestion,
} from '@kilde/organization/sources'
import type { Fact, Population } from './facts.js'

/** A fact with its place at one source, which gives rows their ids. */
export interface Placed extends Fact {
  readonly id: string
  readonly identity: string
}

interface Asked {
  readonly status: readonly string[]
  readonly superseding?: readonly string[]
  readonly codes?: readonly string[]
  readonly category?: readonly string[]
  readonly fromMs?: number
  readonly untilMs?: number
  readonly abnormalOnly?: boolean
  readonly closed?: readonly ClosedRows[]
}

/** The obvious answer to every question: all facts of the patient, filtered and sorted, word by word from the interface. */
export class Model {
  readonly #placed: readonly Placed[]

  constructor({ facts }: Population, idOf: (key: string) => string) {
    this.#placed = facts.map((fact) => {
      const id = idOf(fact.key)
      return { ...fact, id, identity: identityDigest(fact.identifier ?? id) }
    })
  }

  /** All of a patient, old to new. */
  of({ value }: PageQuestion['patient']): readonly Placed[] {
    return this.#placed
      .filter((row) => row.patient.value === value)
      .sort((a, b) => a.t - b.t || compare(a.identity, b.identity) || compare(a.id, b.id))
  }

  /** Every row that pages of this question give, in their order. */
  rows(question: PageQuestion): readonly Placed[] {
    const newest = this.#open(question, question.patient).toReversed()
    const { last, status, order } = question
    let counted = 0
    const bounded: Placed[] = []
    for (const row of newest) {
      bounded.push(row)
      if (status.includes(row.status)) counted++
      if (counted === last) break
    }
    return order === 'NEWEST_FIRST' ? bounded : bounded.toReversed()
  }

  count(question: PageQuestion): number {
    const shown = this.rows(question).filter(({ status }) => question.status.includes(status))
    return shown.length
  }

  closedFor(asked: Asked & Pick<PageQuestion, 'patient'>): readonly string[] {
    const { closed = [], status, patient } = asked
    const matching = this.of(patient).filter(
      (row) => status.includes(row.status) && fits(row, asked),
    )
    const found = closed.filter((one) => matching.some((row) => shuts(row, one)))
    return [...new Set(found.map(({ why }) => why))].sort()
  }

  latest(question: LatestQuestion): readonly (readonly Placed[])[] {
    return question.items.map((codes) => {
      const newest = this.#open({ ...question, codes }, question.patient).toReversed()
      const given = newest.slice(0, question.limit)
      if (given.some(({ status }) => question.status.includes(status))) return given
      const byStatus = newest.find(({ status }) => question.status.includes(status))
      return byStatus ? [...given.slice(0, question.limit - 1), byStatus] : given
    })
  }

  trend(question: TrendQuestion): readonly Placed[] {
    return this.#open(question, question.patient).toReversed()
  }

  #open(asked: Asked, patient: PageQuestion['patient']): readonly Placed[] {
    const { closed = [], status, superseding = [] } = asked
    return this.of(patient).filter(
      (row) =>
        [...status, ...superseding].includes(row.status) &&
        fits(row, asked) &&
        !closed.some((one) => shuts(row, one)),
    )
  }
}

export const isShut = (row: Placed, closed: readonly ClosedRows[]): boolean =>
  closed.some((one) => shuts(row, one))

const shuts = (row: Placed, { rows, except }: ClosedRows): boolean =>
  means(row, rows) && except.every((one) => !means(row, one))

function fits(row: Placed, { codes, category, fromMs, untilMs, abnormalOnly }: Asked): boolean {
  return [
    !codes || row.codes.some((code) => codes.includes(code)),
    !category || row.category.some((code) => category.includes(code)),
    fromMs === undefined || row.t >= fromMs,
    untilMs === undefined || row.t < untilMs,
    !abnormalOnly || row.abnormal,
  ].every(Boolean)
}

function means(row: Placed, meant: RowsMeant): boolean {
  const { owner, codes, item, fromMs, untilMs, labelledOutside, delayedAtMs } = meant
  const delayed =
    row.labels.includes('NORU') && (row.openFromMs ?? Number.MAX_VALUE) > (delayedAtMs ?? 0)
  return [
    owner === undefined || row.owner === owner,
    !codes || row.codes.some((code) => codes.includes(code)),
    item === undefined || row.identity === item,
    fromMs === undefined || row.t >= fromMs,
    untilMs === undefined || row.t < untilMs,
    !labelledOutside || row.labels.some((label) => !labelledOutside.includes(label)),
    delayedAtMs === undefined || delayed,
  ].every(Boolean)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
