import { identifierToken } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { ResourceChange, Taken } from '../../intake.js'
import { lookupOf, type StoreKeys } from '../keys.js'
import { type Held, Ledger } from '../ledger.js'
import type { Tables } from '../tables.js'
import { openVersion } from '../versions.js'
import { openResource, type ResourceContent, type ResourcePlace } from './content.js'
import { Gathered } from './gathered.js'

interface Context {
  readonly organization: string
  readonly keys: StoreKeys
}

/** The resources that changes concern, as the ledger of each class finds them. */
export async function resourceLedgers(
  trx: Transaction<Tables>,
  context: Context,
  changes: readonly ResourceChange[],
  patients: ReadonlyMap<string, number>,
): Promise<ResourceLedgers> {
  const classes = new Map<string, ClassLedger>()
  for (const name of new Set(changes.map((change) => change.class))) {
    const own = changes.filter((change) => change.class === name)
    const held = await heldResources(trx, context, own, patients)
    const ledger = new Ledger<ResourceChange>(context.organization, held, patients)
    classes.set(name, { ledger, beside: new Gathered(held) })
  }
  const apply = (change: ResourceChange): readonly Taken[] => {
    const { ledger, beside } = classes.get(change.class) ?? {}
    const taken = ledger?.apply(change)
    if (!taken) return []
    if (taken.outcome !== 'conflict') beside?.add(taken.id, change)
    return [taken]
  }
  return { classes: [...classes.values()], apply: (all) => all.flatMap(apply) }
}

export interface ResourceLedgers {
  readonly classes: readonly ClassLedger[]
  /** Decides on changes of all classes, in their order. */
  apply(changes: readonly ResourceChange[]): readonly Taken[]
}

export interface ClassLedger {
  readonly ledger: Ledger<ResourceChange>
  readonly beside: Gathered
}

/** A resource that is held, with what lies sealed of it. */
export interface HeldContent extends Held, ResourcePlace {
  readonly content: ResourceContent
}

interface Columns {
  readonly id: string
  readonly patient: number
  readonly version: number
  readonly content: Buffer
  /** By version, base64. */
  readonly earlier: Readonly<Record<string, string>>
}

/** `changes` are of one class. */
async function heldResources(
  trx: Transaction<Tables>,
  { organization, keys }: Context,
  changes: readonly ResourceChange[],
  patients: ReadonlyMap<string, number>,
): Promise<readonly HeldContent[]> {
  const wanted = changes.flatMap(({ patient, key }) =>
    keys.all.map((one) => ({
      patient: patients.get(identifierToken(patient)) ?? 0,
      key: lookupOf(one, 'key', key),
    })),
  )
  const owners = wanted.map(({ patient }) => patient)
  const tokens = wanted.map(({ key }) => key)
  const name = changes[0]?.class ?? ''
  const ids = changes.flatMap(({ localId }) => (localId ? `${organization}.${localId}` : []))
  const { rows } = await sql<Columns>`
    select r.id, r.patient, r.version, r.content,
      coalesce((select jsonb_object_agg(v.version, encode(v.sent, 'base64'))
        from held_resource_version v where v.resource = r.id), '{}') as earlier
    from held_resource r
    where r.class = ${name} and (r.id in (
      select h.id from held_resource h
        join unnest(${owners}::bigint[], ${tokens}::text[]) as w(patient, key)
        on h.patient = w.patient and h.class = ${name} and h.key = w.key)
      or (r.id = any(${ids}::text[]) and r.patient = any(${owners}::bigint[])))`.execute(trx)
  return rows.map((row) => heldOf(keys, row))
}

function heldOf(keys: StoreKeys, { id, patient, version, content, earlier }: Columns): HeldContent {
  const opened = openResource(keys, { id, patient, version }, content)
  const { key, sent } = opened
  const before = Object.entries(earlier).map(([number, text]) => [
    number,
    openVersion(keys, { id, version: Number(number) }, Buffer.from(text, 'base64')),
  ])
  return { id, patient, key, version, sent, content: opened, earlier: Object.fromEntries(before) }
}
