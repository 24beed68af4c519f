import { auditReader, listAuditOwners } from '@kilde/audit'
import type { Asked } from './ask.js'
import type { Finding } from './judge.js'
import { holders, numberOf, type World } from './world.js'

/** Rows that a log tells of, by trace; a trace without rows is there too. */
type Told = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Every row that left stands in the log of the organisation that it came from, and every answer in the gateway's. Read from the files,
 * after everything: what a killed service had not made durable is not there.
 */
export async function findUnlogged(
  world: World,
  asked: readonly Asked[],
): Promise<readonly Finding[]> {
  const told = new Map(
    await Promise.all(
      world.places.map(async (place) => [place.service, await readPlace(place)] as const),
    ),
  )
  return asked.flatMap(({ trace, list }) => {
    if (!list) return []
    const finding = (detail: string): Finding => ({ what: 'UNLOGGED', detail, trace })
    const gateway = told.get('gateway')?.has(trace) ? [] : [finding('no record at the gateway')]
    const nodes = holders.flatMap((holder) => {
      const rows = list.nodes.filter(
        ({ provenance }) => provenance[0]?.organization.number === numberOf(holder),
      )
      const items = told.get(holder)?.get(trace)
      const lost = rows.filter(({ id }) => !items?.has(id))
      return lost.length > 0 ? [finding(`${lost.length} rows of ${holder}`)] : []
    })
    return [...gateway, ...nodes]
  })
}

async function readPlace({ directory, key }: World['places'][number]): Promise<Told> {
  const told = new Map<string, Set<string>>()
  for (const owner of await listAuditOwners(directory)) {
    for await (const { record } of auditReader({ directory, owner, key }).records()) {
      if (!('trace' in record) || record.trace === undefined) continue
      const items = told.get(record.trace) ?? new Set<string>()
      told.set(record.trace, items)
      if ('items' in record) for (const item of record.items ?? []) items.add(item)
    }
  }
  return told
}
