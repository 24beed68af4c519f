import { randomUUID } from 'node:crypto'
import type { NewStatement } from '../path/stage.js'
import { type Statement, scopesOf } from '../settings/statement.js'

/** The statement as it is kept, in force from now where nothing else is said. */
export function make(
  one: NewStatement,
  registeredBy: Statement['registeredBy'],
  now: number,
): Statement {
  const registeredAt = new Date(now).toISOString()
  const { from = registeredAt, until, kind, data, recipient, alternatives } = one
  const { representative, source, version } = one
  return {
    id: randomUUID(),
    kind,
    data,
    recipient,
    ...(alternatives && { alternatives }),
    validity: { from, ...(until !== undefined && { until }) },
    registeredAt,
    registeredBy,
    ...(representative !== undefined && { representative }),
    ...(source !== undefined && { source }),
    ...(version !== undefined && { version }),
  }
}

/** What a statement says, as text that is the same for two that say the same. */
export function saysOf(one: NewStatement | Statement): string {
  const until = 'validity' in one ? one.validity.until : one.until
  const { kind, representative } = one
  const sorted = (record: object) =>
    Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))
  const scopes = scopesOf(one)
    .map(({ data, recipient }) => JSON.stringify([sorted(data), sorted(recipient)]))
    .sort()
  return JSON.stringify([kind, scopes, until, representative])
}
