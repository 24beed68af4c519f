import type { HeldResource } from '../../../classes/resource-class.js'
import type { ClassQuestion } from '../../source.js'
import type { StoreKeys } from '../keys.js'
import { ask, type Reading } from '../read.js'
import { type Bind, statement } from '../statement.js'
import { openResource } from './content.js'
import type { HeldResourceTable } from './tables.js'

/** Most resources of one patient and class that a question looks at. */
export const MOST_RESOURCES = 2_000

/** Whose resources of which class. */
export interface Held {
  readonly patient: number
  readonly class: string
}

/** What a resource is read from. */
export type Columns = Omit<HeldResourceTable, 'patient' | 'class' | 'key'>

/** A resource with the place that the store reads it in. */
export interface PlacedResource extends HeldResource {
  readonly t: number | null
}

/** What has no time of its own: all that rows are made of. The newest by receipt, one more than is looked at. */
export const partsOf = (reading: Reading, of: Held): Promise<readonly PlacedResource[]> =>
  read(
    reading,
    of,
    (bind) => `and t is null order by received_ms desc, id desc limit ${bind(MOST_RESOURCES + 1)}`,
  )

/** Rows in the order of their time, behind a place (t, id), from and until an instant. */
export interface RowSpan extends Pick<ClassQuestion, 'order'> {
  readonly fromMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly after?: { readonly t: number; readonly id: string } | undefined
  readonly limit: number
}

export function rowsIn(
  reading: Reading,
  of: Held,
  { order, fromMs, untilMs, after, limit }: RowSpan,
): Promise<readonly PlacedResource[]> {
  const [follows, direction] = order === 'NEWEST_FIRST' ? ['<', 'desc'] : ['>', 'asc']
  return read(reading, of, (bind) =>
    [
      'and t is not null',
      fromMs === undefined ? '' : `and t >= ${bind(fromMs)}`,
      untilMs === undefined ? '' : `and t < ${bind(untilMs)}`,
      after ? `and (t, id) ${follows} (${bind(after.t)}, ${bind(after.id)})` : '',
      `order by t ${direction}, id ${direction} limit ${bind(limit)}`,
    ].join(' '),
  )
}

/** Those of these ids that are held, whatever they are. */
export const withIds = (
  reading: Reading,
  of: Held,
  ids: readonly string[],
): Promise<readonly PlacedResource[]> =>
  read(reading, of, (bind) => `and id = any(${bind(ids)}::text[])`)

async function read(
  reading: Reading,
  of: Held,
  rest: (bind: Bind) => string,
): Promise<readonly PlacedResource[]> {
  const found = await ask<Columns>(
    reading,
    statement(
      (bind) => `select id, version, t, owner, point_of_care, author_kind, received_ms, labels,
          open_from_ms, content
        from held_resource where patient = ${bind(of.patient)} and class = ${bind(of.class)} ${rest(bind)}`,
    ),
  )
  return found.map((row) => toResource(reading.keys, of.patient, row))
}

/** @throws where it does not open */
export function toResource(keys: StoreKeys, patient: number, row: Columns): PlacedResource {
  const { id, version, t, owner, labels } = row
  const content = openResource(keys, { id, patient, version }, row.content)
  const { identifier, names, resource, codes } = content
  return {
    ...{ id, version, t, owner, labels, identifier, names, resource, codes },
    pointOfCare: row.point_of_care ?? undefined,
    authorKind: row.author_kind as HeldResource['authorKind'],
    receivedMs: row.received_ms,
    openFromMs: row.open_from_ms ?? undefined,
  }
}
