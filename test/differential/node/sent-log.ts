/** What a source sent for one list: what the gateway can know of it. */
export interface Sent {
  /** The field of the question to which the list belongs: an answer without a usable row in a field is none. */
  readonly field: string
  /** How often it was asked for in one request. */
  rounds: number
  /** Number of rows; one that was sent in two rounds counts twice. */
  rows: number
  /** Those of them that were bad. */
  bad: number
}

/** What was sent, by organisation and {@link listKey}. */
export type SentLog = Map<string, Map<string, Sent>>

/** Names one list of a question by what was asked for, the same at the client and at a source. */
export function listKey(field: string, args: object): string {
  const { filter, order, codes } = args as Readonly<Record<string, unknown>>
  const {
    sources: _sources,
    superseding: _superseding,
    last: _last,
    ...rest
  } = (filter ?? {}) as Readonly<Record<string, unknown>>
  const given = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined)
  return JSON.stringify([
    field,
    given.sort(([a], [b]) => (a < b ? -1 : 1)),
    order ?? 'NEWEST_FIRST',
    codes ?? null,
  ])
}

/**
 * True where a source that sends bad rows was asked twice for one page: which of them it sent again, and what then became of
 * its answer, is not laid down anywhere.
 */
export const isUnclear = (log: SentLog): boolean =>
  [...log.values()].some((lists) =>
    [...lists.values()].some(({ rounds, bad }) => rounds > 1 && bad > 0),
  )

/** Notes one question for a list. */
export function sentFor(log: SentLog, organization: string, list: string, field: string): Sent {
  const lists = log.get(organization) ?? new Map<string, Sent>()
  log.set(organization, lists)
  const sent = lists.get(list) ?? { field, rounds: 0, rows: 0, bad: 0 }
  lists.set(list, sent)
  sent.rounds += 1
  return sent
}
