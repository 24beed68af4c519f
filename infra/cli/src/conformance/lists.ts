import { type NodeCursor, parseNodeCursor, sharingSdl } from '@kilde/contract'
import {
  buildASTSchema,
  type ConstDirectiveNode,
  getNamedType,
  isObjectType,
  parse,
  valueFromASTUntyped,
} from 'graphql'
import { at, listAt, named, textAt } from './read.js'
import type { Claims } from './setting.js'
import type { Answer, Tester } from './tester.js'

/** A list of the contract whose rows are merged: found in the SDL, so that a class that is added is tried too. */
export interface ListField {
  readonly name: string
  readonly dataClass: string
  /** Field that rows are ordered by. */
  readonly orderedBy: string
  /** Fields of a row. */
  readonly has: (field: string) => boolean
  readonly counts: boolean
}

const schema = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true })

const argumentOf = ({ arguments: all = [] }: ConstDirectiveNode, name: string): unknown => {
  const found = all.find((one) => one.name.value === name)
  return found && valueFromASTUntyped(found.value)
}

function listFields(): readonly ListField[] {
  const patient = schema.getType('Patient')
  if (!isObjectType(patient)) return []
  return Object.values(patient.getFields()).flatMap((field) => {
    const merge = field.astNode?.directives?.find((one) => one.name.value === 'merge')
    if (!merge || argumentOf(merge, 'strategy') !== 'UNION') return []
    const connection = getNamedType(field.type)
    const edge = isObjectType(connection) && getNamedType(connection.getFields()['edges']?.type)
    const row = edge && isObjectType(edge) && getNamedType(edge.getFields()['node']?.type)
    if (!isObjectType(connection) || !row || !isObjectType(row)) return []
    const [orderedBy] = listAt(argumentOf(merge, 'orderBy'))
    const fields = row.getFields()
    const dataClass = argumentOf(merge, 'dataClass')
    return {
      name: field.name,
      dataClass: typeof dataClass === 'string' ? dataClass : 'Observation',
      orderedBy: String(orderedBy),
      has: (name: string) => Object.hasOwn(fields, name),
      counts: Object.hasOwn(connection.getFields(), 'totalCount'),
    }
  })
}

/** Lists of clinical content. The access log is the patient's own, and has checks of its own. */
export const clinicalLists: readonly ListField[] = listFields().filter(
  ({ dataClass }) => dataClass !== 'AuditEvent',
)

/** Selection of the report of a source. */
const REPORT =
  'complete sources { organization { number } status returned dropped withheld reason asOf contractVersion }'

/** The whole question about one list. */
export function listQuery(field: ListField, filter = ''): string {
  const { name, has, orderedBy, counts } = field
  const row = [
    'id',
    ...(orderedBy === 'id' ? [] : [orderedBy]),
    ...(has('version') ? ['version'] : []),
    ...(has('status') ? ['status'] : []),
    ...(has('identifier') ? ['identifier { system value }'] : []),
    ...(has('provenance') ? ['provenance { organization { number } }'] : []),
  ].join(' ')
  return `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor, $order: Order) {
  patient(identifier: $identifier) {
    list: ${name}(first: $first, after: $after, order: $order${filter && `, filter: ${filter}`}) {
      edges { cursor node { ${row} } } pageInfo { hasNextPage }${counts ? ' totalCount { value }' : ''} ${REPORT}
    }
  }
}`
}

export interface Row {
  readonly cursor: string
  /** What the cursor says; undefined where it is none. */
  readonly key: NodeCursor | undefined
  readonly node: Claims
}

export interface ListAnswer {
  readonly answer: Answer
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly total: number | undefined
}

/** Most rows that are looked at. */
export const WHOLE = 1_000

export async function readList(
  tester: Tester,
  field: ListField,
  variables: Claims = {},
  filter = '',
): Promise<ListAnswer> {
  const answer = await tester.ask({ query: listQuery(field, filter), variables })
  return listIn(answer)
}

export function listIn(answer: Answer): ListAnswer {
  const list = at(answer.json, 'data', 'patient', 'list')
  const total = at(list, 'totalCount', 'value')
  const rows = listAt(list, 'edges').map((edge) => {
    const cursor = textAt(edge, 'cursor')
    return { cursor, key: parseNodeCursor(cursor), node: (at(edge, 'node') ?? {}) as Claims }
  })
  return {
    answer,
    rows,
    more: at(list, 'pageInfo', 'hasNextPage') === true,
    total: typeof total === 'number' ? total : undefined,
  }
}

/** Lists that this requester may see at this node, with their newest rows. */
function openLists(tester: Tester) {
  return tester.once('open lists', async () => {
    const asked = clinicalLists.map(async (field) => {
      const found = await readList(tester, field, { first: WHOLE })
      return { field, ...found }
    })
    const all = await Promise.all(asked)
    return all.filter(({ answer }) => answer.status === 200)
  })
}

/** Problems of every list that is open, named by it. */
export async function ofEachList(
  tester: Tester,
  find: (
    list: ListAnswer & { readonly field: ListField },
  ) => Promise<readonly (string | false | undefined)[]> | readonly (string | false | undefined)[],
): Promise<readonly (string | false | undefined)[]> {
  const lists = await openLists(tester)
  if (lists.length === 0) {
    return [`no list is answered: ${named(await tester.ask())}`]
  }
  const filled = lists.some(({ rows }) => rows.length >= LEAST)
  const found = await Promise.all(
    lists.map(async (list) => {
      const problems = await find(list)
      return problems.map((one) => typeof one === 'string' && `${list.field.name}: ${one}`)
    }),
  )
  return [!filled && `the known patient has fewer than ${LEAST} rows`, ...found.flat()]
}

/** Rows that the known patient must have, for pages and orders to mean something. */
const LEAST = 20

/** The first of which something does not hold, as a sentence. */
export function firstWrong(
  rows: readonly Row[],
  what: string,
  holds: (row: Row, index: number) => boolean,
): string | undefined {
  const index = rows.findIndex((row, place) => !holds(row, place))
  return index < 0 ? undefined : `${what} (row ${index + 1} of ${rows.length})`
}
