import type { Opening } from '../policy/openings.js'
import type { ClosedRows, Names, RowsMeant, Source, SourceRow } from './source.js'

/** What the contract says of an answer from which something may be missing by policy. */
export type WithheldHere = 'NONE' | 'OBJECTION' | 'CONFIDENTIAL' | 'ROLE' | 'NOT_DISCLOSED'

export interface Restricted {
  readonly source: Source
  /** After reading. */
  withheld(): WithheldHere
}

/**
 * A source as far as one request may see it. Whatever field asks, and however it was written in the document, asks through
 * this: there is no way to a row, count, fold or name past it (peers.md A10).
 */
export function restrict(source: Source, opening: Opening, organization: string): Restricted {
  const { closed, leftOut, disclosure } = opening
  const tellClosed = disclosure === 'VISIBLE'
  const found = new Set<ClosedRows['why']>()
  const shutting = { ...(closed.length > 0 && { closed }), tellClosed }
  const noting = <T extends { readonly closedFor?: readonly ClosedRows['why'][] }>(
    answer: T,
  ): T => {
    for (const why of answer.closedFor ?? []) found.add(why)
    return answer
  }
  const elements = (asked: readonly string[]): readonly string[] => {
    const left = asked.filter((one) => !leftOut.includes(one))
    if (left.length < asked.length) found.add('ROLE')
    return left
  }
  const row = (one: SourceRow): SourceRow => (opening.withoutPlaces ? withoutPlaces(one) : one)
  return {
    source: {
      system: source.system,
      async read(question, signal) {
        const asked = { ...question, ...shutting, elements: elements(question.elements) }
        const page = noting(await source.read(asked, signal))
        return { ...page, rows: page.rows.map(row) }
      },
      async latest(question, signal) {
        const asked = { ...question, ...shutting, elements: elements(question.elements) }
        const latest = noting(await source.latest(asked, signal))
        return { ...latest, items: latest.items.map((rows) => rows.map(row)) }
      },
      trend: async (question, signal) =>
        noting(await source.trend({ ...question, ...shutting }, signal)),
      async rows(question, signal) {
        const asked = { ...question, ...shutting, elements: elements(question.elements) }
        const page = noting(await source.rows(asked, signal))
        const rows = opening.withoutPlaces ? page.rows.map(withoutPlaces) : page.rows
        return { ...page, rows }
      },
      async names(question, signal) {
        return noting(shutNames(await source.names(question, signal), closed, organization))
      },
      shown: (question, signal) => source.shown({ ...question, closed }, signal),
      health: () => source.health(),
      close: () => source.close(),
    },
    withheld: () =>
      tellClosed ? (ORDER.find((why) => found.has(why)) ?? 'NONE') : 'NOT_DISCLOSED',
  }
}

/** What the patient can be asked about is told first. */
const ORDER = ['OBJECTION', 'CONFIDENTIAL', 'ROLE'] as const

function withoutPlaces<Row extends { readonly pointOfCare?: string }>({
  pointOfCare: _place,
  ...row
}: Row): Omit<Row, 'pointOfCare'> {
  return row
}

/** A name is a fact of this organisation without code, time or label: closed by what closes everything of it. */
function shutNames(names: Names, closed: readonly ClosedRows[], organization: string): Names {
  const shutting = closed.filter(
    ({ rows, except }) =>
      meansNames(rows, organization) && !except.some((one) => meansNames(one, organization)),
  )
  if (shutting.length === 0) return names
  const told = names.names.length > 0 ? shutting.map(({ why }) => why) : []
  return { ...names, names: [], closedFor: [...new Set(told)] }
}

const meansNames = ({ owner, ...rest }: RowsMeant, organization: string): boolean =>
  (owner === undefined || owner === organization) && Object.keys(rest).length === 0
