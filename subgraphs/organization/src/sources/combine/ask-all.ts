import type { ClosedRows, Page, Source } from '../source.js'

/** What every source said, and that some said nothing. */
export interface Answers<T> {
  readonly given: readonly { readonly answer: T; readonly system: string }[]
  readonly isPartial: boolean
}

/**
 * Asks every source the same. One that fails is missing, which the answer then says; where all fail, or nobody waits any more,
 * there is no answer.
 * @throws what the first source rejected with
 */
export async function askAll<T>(
  sources: readonly Source[],
  signal: AbortSignal,
  ask: (source: Source) => Promise<T>,
): Promise<Answers<T>> {
  const asked = await Promise.allSettled(sources.map(ask))
  signal.throwIfAborted()
  const given = asked.flatMap((one, index) =>
    one.status === 'fulfilled' ? [{ answer: one.value, system: sources[index]?.system ?? '' }] : [],
  )
  const [first] = asked
  if (given.length === 0 && first?.status === 'rejected') throw first.reason
  return { given, isPartial: given.length < sources.length }
}

type Found = Pick<Page, 'known' | 'asOfMs' | 'closedFor' | 'dropped' | 'truncated'>

/** What every answer says, of all together: known where anybody knows, as old as the oldest, as incomplete as the least complete. */
export function foundOf({ given, isPartial }: Answers<Found>): Found {
  const all = given.map(({ answer }) => answer)
  const reasons = all.flatMap(({ closedFor = [] }) => closedFor)
  const dropped = all.reduce((sum, one) => sum + (one.dropped ?? 0), 0)
  const tells = all.some(({ closedFor }) => closedFor !== undefined)
  return {
    known: all.some(({ known }) => known),
    asOfMs: Math.min(...all.map(({ asOfMs }) => asOfMs)),
    ...(tells && { closedFor: [...new Set<ClosedRows['why']>(reasons)] }),
    ...(dropped > 0 && { dropped }),
    ...((isPartial || all.some(({ truncated }) => truncated)) && { truncated: true }),
  }
}
