import type { Logged } from './logs.js'
import { GATEWAY } from './reconcile.js'

/** Somebody who was given a row. */
export interface Recipient {
  readonly atMs: number
  readonly name: string
  readonly organization: string
  readonly purpose: string
  readonly decisionRef: string
  readonly requestId: string
  /** The row was changed at its source after this. */
  readonly correctedLater: boolean
}

export interface Recipients {
  /** When the row was taken in, and each time it was changed (epoch milliseconds), oldest first. */
  readonly writtenMs: readonly number[]
  readonly recipients: readonly Recipient[]
}

/** Who was given a row, from the log of the organisation that holds it. @param item `<organisation number>.<local id>` */
export function recipientsOf(item: string, logged: readonly Logged[]): Recipients {
  const own = logged.filter(({ service }) => service !== GATEWAY).map(({ record }) => record)
  const writtenMs = own
    .flatMap((record) =>
      record.event === 'PATIENT_DATA_WRITTEN' && record.items?.includes(item)
        ? Date.parse(record.at)
        : [],
    )
    .sort((a, b) => a - b)
  const recipients = own.flatMap((record): Recipient[] => {
    if (record.event !== 'PATIENT_DATA_READ' || !record.items?.includes(item)) return []
    const { requester, purpose, decisionRef, requestId } = record
    const atMs = Date.parse(record.at)
    return [
      {
        atMs,
        name: 'name' in requester ? (requester.name ?? '') : requester.clientId,
        organization: 'organization' in requester ? (requester.organization ?? '') : '',
        purpose,
        decisionRef: decisionRef?.id ?? '',
        requestId,
        correctedLater: writtenMs.some((written) => written > atMs),
      },
    ]
  })
  return { writtenMs, recipients: recipients.sort((a, b) => a.atMs - b.atMs) }
}

/**
 * Rows that were taken in again at or after an instant, and so changed at their source: ids, each with the latest such instant
 * (epoch milliseconds).
 */
export async function correctedSince(
  logged: AsyncIterable<Logged>,
  sinceMs: number,
): Promise<ReadonlyMap<string, number>> {
  const known = new Set<string>()
  const corrected = new Map<string, number>()
  for await (const { service, record } of logged) {
    if (service === GATEWAY || record.event !== 'PATIENT_DATA_WRITTEN') continue
    const atMs = Date.parse(record.at)
    for (const item of record.items ?? []) {
      if (known.has(item) && atMs >= sinceMs) corrected.set(item, atMs)
      known.add(item)
    }
  }
  return corrected
}

/** What a log holds of any of these rows: who was given them, and when they were taken in. */
export async function* about(
  logged: AsyncIterable<Logged>,
  items: ReadonlyMap<string, unknown>,
): AsyncGenerator<Logged> {
  for await (const one of logged) {
    const named = 'items' in one.record ? (one.record.items ?? []) : []
    if (named.some((item) => items.has(item))) yield one
  }
}
