import { organizations } from '@kilde/people'
import type { Bundle, OperationOutcome } from 'fhir/r4.js'
import type { Assembled, HeldClassRow, ResourceClass } from '../../src/classes/resource-class.js'
import { compileShapeCheck } from '../../src/ingest/fhir-schema.js'
import { ingest } from '../../src/ingest/ingest.js'
import type { ResourceChange } from '../../src/sources/intake.js'
import { bytes, NOW } from './observations.js'

const own = organizations.municipality.number
const checkShape = compileShapeCheck()

export interface ClassRows extends Assembled {
  /** What became of each entry: its HTTP status, and what was said of it. */
  readonly told: readonly { readonly status: string; readonly texts: readonly string[] }[]
}

/** Sends the resources as one batch to a node that holds nothing, and puts the rows of a class together. */
export async function rowsOf(
  kind: ResourceClass,
  resources: readonly object[],
  organization: string = own,
): Promise<ClassRows> {
  const kept: ResourceChange[] = []
  const store = {
    take: async (
      _: unknown,
      __: unknown,
      ___: unknown,
      changes: readonly ResourceChange[] = [],
    ) => {
      kept.push(...changes)
      return changes.map((_change, at) => ({
        outcome: 'created' as const,
        ...{ id: `${organization}.${at}`, version: 1 },
      }))
    },
  }
  const entry = resources.map((resource) => {
    const { resourceType, id } = resource as { resourceType: string; id: string }
    return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } }
  })
  const body = bytes({ resourceType: 'Bundle', type: 'batch', entry })
  const { bundle } = await ingest(body, { organization, store, checkShape, now: () => NOW })
  const mine = kept.filter((one) => one.class === kind.name)
  const held = mine.map((one, at) => ({
    ...{ version: 1, labels: [], ...one },
    id: `${organization}.${one.localId ?? String(at)}`,
  }))
  return { ...kind.assemble(held), told: toldBy(bundle) }
}

const toldBy = ({ entry = [] }: Bundle): ClassRows['told'] =>
  entry.map(({ response }) => ({
    status: response?.status ?? '',
    texts: ((response?.outcome as OperationOutcome | undefined)?.issue ?? []).map(
      ({ details, diagnostics }) => details?.text ?? diagnostics ?? '',
    ),
  }))

/** Fields of a row as the node answers them; with `leftOut`, as for who may not have these elements. */
export function fieldOf(
  { view }: ResourceClass,
  row: HeldClassRow | undefined,
  field: string,
  leftOut: readonly string[] = [],
): unknown {
  if (!row) throw new Error('no row')
  const picked = picking(row, view.needs[field]?.filter((name) => !leftOut.includes(name)) ?? [])
  const read = view.read(picked, { organization: own, system: 'test', leftOut })
  const resolve = view.fields[field] as unknown as (source: unknown) => unknown
  return resolve(read)
}

/** As a source answers: of a row the elements that are asked for, and no others. */
function picking(row: HeldClassRow, elements: readonly string[]): HeldClassRow {
  const whole = JSON.parse(row.resource) as Readonly<Record<string, unknown>>
  const picked = Object.entries(whole).filter(([name]) => elements.includes(name))
  return { ...row, resource: JSON.stringify(Object.fromEntries(picked)) }
}
