// The oracle: what the answer must be, in the plainest way there is. All organisations' rows lie in one array; graphql-js
// evaluates the client's own operation over it. No code of the gateway, no cursors, no bytes; read it beside design.md §3.
import { measurements, tokensOf } from '@kilde/contract'
import { type DocumentNode, execute, type GraphQLFieldResolver } from 'graphql'
import { listKey, type SentLog } from './node/sent-log.js'
import { clientSchema } from './schema.js'
import { convert, quantityIn } from './world/quantity.js'
import {
  faultAt,
  type HeldName,
  type HeldRow,
  type ListClass,
  type Measured,
  observationList,
  type Part,
  planList,
  type Source,
  type World,
} from './world/world.js'

/** One request to answer, and what is known of the pages before. */
export interface Question {
  readonly world: World
  /** 0 for the first page of a walk, 1 for the second … */
  readonly round: number
  readonly document: DocumentNode
  readonly variables: Readonly<Record<string, unknown>>
  /** Where each list goes on, by its key under `patient`. */
  readonly walk: ReadonlyMap<string, ListState>
  /** Which rows each source sent: what it did not send cannot have been found bad. */
  readonly sent: SentLog
  /** Pages that were cut earlier than `first` asks, by key. */
  readonly cuts: ReadonlyMap<string, Cut>
}

export interface ListState {
  /** The identity of the last row that was shown, and how many rows of it were; all of them where there is no number. */
  readonly after:
    | { readonly t: number; readonly i: string; readonly shown: number | undefined }
    | undefined
  /** Rows shown so far. */
  readonly served: number
  /** Sources that failed on a page before. */
  readonly failed: ReadonlySet<string>
}

/** The end of a page that is shorter than it might be. */
export interface Cut {
  /** Number of rows. */
  readonly rows: number
  /** The answer says that there is more, although nothing is left to be shown. */
  readonly more: boolean
}

export interface Expected {
  readonly data: unknown
  /** What went wrong in the oracle itself. */
  readonly errors: readonly unknown[]
  /** The code with which the whole must be refused. */
  readonly refusal: 'ANSWER_INCOMPLETE' | 'MANDATORY_SOURCE_MISSING' | undefined
  readonly lists: ReadonlyMap<string, ListOutcome>
}

export interface ListOutcome {
  /** The state after each row of the page. */
  readonly states: readonly ListState[]
  readonly more: boolean
  /** Names the list by what was asked for, see `listKey`. */
  readonly sentAs: string
  /** Where a page may end that is cut early. */
  readonly mayBeCut: readonly Cut[]
}

export function expect(question: Question): Expected {
  const context: Context = { question, lists: new Map(), reports: new Map() }
  const { document, variables: variableValues } = question
  const result = execute({
    schema: clientSchema,
    document,
    variableValues,
    contextValue: context,
    fieldResolver: resolve,
  })
  if (result instanceof Promise) throw new Error('the oracle answers at once')
  const { data, errors = [] } = result
  const refusal = refusalOf(context)
  return {
    data: refusal ? { ...data, patient: null } : data,
    errors,
    refusal,
    lists: context.lists,
  }
}

interface Context {
  readonly question: Question
  readonly lists: Map<string, ListOutcome>
  /** What each merged field reports, by its key under `patient`. */
  readonly reports: Map<string, readonly Report[]>
  policy?: Policy
}

/** Arguments of `Query.patient`. */
interface Policy {
  readonly completion?: string | null
  readonly mandatorySources?: readonly string[] | null
  readonly sources?: readonly string[] | null
  readonly excludeSources?: readonly string[] | null
}

/** Only what is not there although it was to be asked is missing. */
function refusalOf({ policy = {}, reports, question: { world } }: Context): Expected['refusal'] {
  const all = [...reports.values()].flat()
  if (reports.size === 0) return undefined
  const isThere = (number: string): boolean => {
    const own = all.filter(({ organization }) => organization.number === number)
    return own.length > 0 && own.every(isWhole)
  }
  if (!(policy.mandatorySources ?? []).every(isThere)) return 'MANDATORY_SOURCE_MISSING'
  if (policy.completion !== 'ALL_OR_ERROR') return undefined
  const gap = all.some((report) => report.reason !== 'EXCLUDED' && !isWhole(report))
  return gap || world.stale || all.length === 0 ? 'ANSWER_INCOMPLETE' : undefined
}

type Args = Readonly<Record<string, unknown>>
type Value = Readonly<Record<string, unknown>>

/** Where a row keeps the number that a field with `unit` tells. */
const MEASURED: Readonly<Record<string, string>> = {
  quantity: 'measured',
  low: 'measuredLow',
  high: 'measuredHigh',
  flow: 'measuredFlow',
  concentration: 'measuredConcentration',
}

const resolve: GraphQLFieldResolver<Value, Context> = (value, args: Args, context, info) => {
  const { fieldName, parentType, path } = info
  if (parentType.name === 'Query') {
    if (fieldName === 'patient') context.policy = args
    return root(fieldName, args, context.question.world)
  }
  if (parentType.name === 'Organization')
    return ofRegistry(String(value['number']), fieldName, context.question.world)
  if (parentType.name === 'Patient') return ofPatient(fieldName, args, context, String(path.key))
  const measured = MEASURED[fieldName]
  if (measured)
    return quantityIn((value[measured] ?? null) as Measured | null, String(args['unit']))
  return value[fieldName] ?? null
}

function root(field: string, args: Args, { catalogue }: World): unknown {
  const all = catalogue.organizations.map(({ number }) => number).sort()
  if (field === 'organizations') return all.map((number) => ({ number }))
  if (field === 'organization')
    return all.includes(String(args['number'])) ? { number: args['number'] } : null
  return { number: undefined }
}

/** Who an organisation is: the registry's to say, also of numbers that it does not know. */
function ofRegistry(number: string, field: string, { catalogue }: World): unknown {
  const entry = catalogue.organizations.find((organization) => organization.number === number)
  switch (field) {
    case 'number':
      return number
    case 'parent':
    case 'successor':
      return entry?.[field] === undefined ? null : { number: entry[field] }
    case 'dataClasses':
      return entry?.dataClasses ?? []
    default:
      return (entry as Value | undefined)?.[field] ?? null
  }
}

function ofPatient(field: string, args: Args, context: Context, key: string): unknown {
  switch (field) {
    case 'id':
      return '<handle>'
    case 'observations':
      return listOf(observationList, listArguments(args), context, key)
    case 'carePlans':
      return listOf(planList, listArguments(args), context, key)
    case 'latestObservations':
      return latest(args['codes'] as readonly string[], context, key)
    case 'observationTrend':
      return trend(args as unknown as TrendArguments, context, key)
    case 'name':
      return name(context, key)
    default:
      throw new Error(`the oracle does not know Patient.${field}`)
  }
}

// ---- What each source contributes -------------------------------------------------------------------------------------

interface Filter {
  readonly kind?: readonly string[] | null
  readonly codes?: readonly string[] | null
  readonly category?: readonly string[] | null
  readonly period?: { readonly start?: string | null; readonly end?: string | null } | null
  readonly status?: readonly string[] | null
  readonly last?: number | null
  readonly abnormalOnly?: boolean | null
  readonly sources?: readonly string[] | null
}

interface ListArguments {
  readonly filter: Filter
  readonly first: number
  readonly order: 'NEWEST_FIRST' | 'OLDEST_FIRST'
}

/** A null says what leaving out says. */
const listArguments = ({ filter, first, order }: Args): ListArguments => ({
  filter: (filter ?? {}) as Filter,
  first: (first ?? 50) as number,
  order: (order ?? 'NEWEST_FIRST') as ListArguments['order'],
})

/** What one located organisation says to one field. */
interface Said {
  readonly source: Source
  /** Undefined for one that answered: whether it has rows is the field's to say. */
  readonly failure: { readonly status: string; readonly reason: string } | undefined
  readonly dropped: number
}

function everySource(
  filter: Filter,
  { question, policy = {} }: Context,
  sentAs: readonly string[],
): readonly Said[] {
  const { world, sent } = question
  return [...world.sources]
    .sort((a, b) => (a.number < b.number ? -1 : 1))
    .map((source) => {
      const failure = failureOf(
        source,
        [filter.sources, policy.sources],
        policy.excludeSources ?? [],
        question,
      )
      const lists = sentAs.flatMap((list) => sent.get(source.number)?.get(list) ?? [])
      const bad = lists.reduce((sum, list) => sum + list.bad, 0)
      // A source that was asked twice for a page reports twice what it dropped.
      const rounds = Math.max(1, ...lists.map((list) => list.rounds))
      return { source, failure, dropped: failure ? 0 : source.dropped * rounds + bad }
    })
}

function failureOf(
  source: Source,
  chosen: readonly (readonly string[] | null | undefined)[],
  excluded: readonly string[],
  question: Question,
): Said['failure'] {
  const { number, state } = source
  if (excluded.includes(number) || chosen.some((list) => list && !list.includes(number)))
    return { status: 'NOT_ASKED', reason: 'EXCLUDED' }
  if (state !== 'ACTIVE') return { status: 'NOT_ASKED', reason: state }
  const fault = faultAt(source, question.round)
  if (fault) return { status: fault.status, reason: fault.reason }
  return isUnusable(source, question)
    ? { status: 'INVALID', reason: 'RESPONSE_MALFORMED' }
    : undefined
}

/** An answer of which no row of some field is usable is no answer. */
function isUnusable({ number }: Source, { sent }: Question): boolean {
  const fields = new Map<string, { rows: number; bad: number }>()
  for (const { field, rows, bad } of sent.get(number)?.values() ?? []) {
    const before = fields.get(field) ?? { rows: 0, bad: 0 }
    fields.set(field, { rows: before.rows + rows, bad: before.bad + bad })
  }
  return [...fields.values()].some(({ rows, bad }) => rows > 0 && rows === bad)
}

const EVERY_STATUS = [
  'REGISTERED',
  'PRELIMINARY',
  'FINAL',
  'AMENDED',
  'CORRECTED',
  'CANCELLED',
  'ENTERED_IN_ERROR',
  'UNKNOWN',
]

const isWanted = (status: string, { status: asked }: Filter): boolean =>
  asked?.includes(status) ?? status !== 'ENTERED_IN_ERROR'

/** Every condition holds. A row that corrects others is looked at whatever `status` says: it decides what its copies are. */
function fulfils(
  { key, parts, abnormal, observation }: HeldRow,
  filter: Filter,
  { correcting }: ListClass = observationList,
): boolean {
  const { codes, category, kind, period, abnormalOnly } = filter
  if (!isWanted(observation.status, filter) && !correcting.includes(observation.status))
    return false
  if (kind && !kind.includes(String(observation['kind']))) return false
  if (codes && !parts.some((part) => codes.some((code) => isCoded(part, code)))) return false
  if (
    category &&
    !observation.category.some(({ coding }) => coding.some(({ code }) => category.includes(code)))
  )
    return false
  if (period?.start && key.t < Date.parse(period.start)) return false
  if (period?.end && key.t >= Date.parse(period.end)) return false
  return !abnormalOnly || abnormal
}

/** The usable rows of those that answered. */
const rowsOf = (
  said: readonly Said[],
  filter: Filter,
  list: ListClass = observationList,
): readonly HeldRow[] =>
  said.flatMap(({ source, failure }) =>
    failure ? [] : list.held(source).filter((row) => !row.bad && fulfils(row, filter, list)),
  )

const isCoded = ({ tokens }: Part, code: string): boolean =>
  meaning(code).some((token) => tokens.includes(token))

const meanings = new Map<string, readonly string[]>()

/** All tokens of the code table's line, where it has one. */
function meaning(code: string): readonly string[] {
  const known = meanings.get(code)
  if (known) return known
  const line = measurements.find((measurement) => tokensOf(measurement).includes(code))
  const tokens = line ? tokensOf(line) : [code]
  meanings.set(code, tokens)
  return tokens
}

// ---- Order, copies, conflicts -----------------------------------------------------------------------------------------

/** One row to show: the representative, and its copies with itself first. */
interface Shown {
  readonly row: HeldRow
  readonly copies: readonly { readonly row: HeldRow; readonly superseded: boolean }[]
  readonly conflict: boolean
}

/** Rows of one identity at one instant: they are never parted by the end of a page. */
interface Group {
  readonly t: number
  readonly i: string
  readonly rows: readonly HeldRow[]
  /** What of it may be shown. */
  readonly shown: readonly Shown[]
}

function groupsOf(
  rows: readonly HeldRow[],
  { order, filter }: Pick<ListArguments, 'order' | 'filter'>,
): readonly Group[] {
  const places = new Map<string, HeldRow[]>()
  for (const row of inOrder(rows, order)) {
    const place = `${row.key.t} ${row.key.i}`
    places.set(place, [...(places.get(place) ?? []), row])
  }
  return [...places.values()].map((members) => {
    const [{ key }] = members as [HeldRow]
    // What governs is the same in both directions; what is shown stands in the list's own.
    const joined = join(inOrder(members, 'OLDEST_FIRST'))
    // Which statuses are shown is asked after copies are joined: a copy of a withdrawn row must not pass for current.
    const shown = joined.filter(({ row }) => isWanted(row.observation.status, filter))
    const inList = inOrder(
      shown.map(({ row }) => row),
      order,
    )
    return {
      t: key.t,
      i: key.i,
      rows: members,
      shown: inList.flatMap((row) => shown.find((one) => one.row === row) ?? []),
    }
  })
}

/** (effective, identity, organisation, id), the whole in one direction. */
function inOrder(rows: readonly HeldRow[], order: ListArguments['order']): readonly HeldRow[] {
  const places = ['t', 'i', 'o', 'd'] as const
  const ascending = [...rows].sort((a, b) => {
    const differing = places.find((place) => a.key[place] !== b.key[place])
    return differing === undefined ? 0 : a.key[differing] < b.key[differing] ? -1 : 1
  })
  return order === 'OLDEST_FIRST' ? ascending : ascending.reverse()
}

/**
 * design.md §3, de-duplication. The owner's highest version governs: older copies of that owner's row are superseded by it.
 * Same version and content: a copy. All else stands beside it, and the whole is a conflict.
 */
function join(members: readonly HeldRow[]): readonly Shown[] {
  const governing = governor(members)
  const ordered = governing ? [governing, ...members.filter((row) => row !== governing)] : members
  const heads: HeldRow[] = []
  const joined = new Map<HeldRow, HeldRow[]>()
  for (const row of ordered) {
    const { n, c, w } = row.key
    const head = heads.find(
      ({ key }, index) =>
        (key.n === n && key.c === c) ||
        (index === 0 && governing !== undefined && n < key.n && w === key.w),
    )
    if (head) joined.get(head)?.push(row)
    else {
      heads.push(row)
      joined.set(row, [row])
    }
  }
  return heads.map((row) => ({
    row,
    copies: (joined.get(row) ?? []).map((copy) => ({
      row: copy,
      superseded: copy.key.n < row.key.n,
    })),
    conflict: heads.length > 1,
  }))
}

/** The owner's own row with the highest version, unless several organisations say that they are the owner. */
function governor(members: readonly HeldRow[]): HeldRow | undefined {
  const own = members.filter(({ key }) => key.o === key.w)
  if (new Set(own.map(({ key }) => key.o)).size !== 1) return undefined
  const highest = Math.max(...own.map(({ key }) => key.n))
  return own.find(({ key }) => key.n === highest)
}

// ---- observations, carePlans ------------------------------------------------------------------------------------------

const START: ListState = { after: undefined, served: 0, failed: new Set() }

function listOf(list: ListClass, args: ListArguments, context: Context, key: string): Value {
  const { question } = context
  const { filter, order } = args
  const state = question.walk.get(key) ?? START
  const sentAs = listKey(list.field, args)
  const said = everySource(filter, context, [sentAs])
  const all = groupsOf(rowsOf(said, filter, list), args)
  const groups = all.flatMap((group) => goneOn(group, state, order))
  const room = Math.min(
    args.first,
    filter.last ? Math.max(0, filter.last - state.served) : args.first,
  )
  const given = question.cuts.get(key)
  const page = cut(groups, Math.min(room, given?.rows ?? room))
  const shown = page.flatMap((group) => group.shown)
  const left =
    given?.more === true || groups.slice(page.length).some((group) => group.shown.length > 0)
  const more = room > 0 && left && !(filter.last && state.served + shown.length >= filter.last)
  context.lists.set(key, {
    states: statesOf(page, all, state, said),
    more,
    sentAs,
    mayBeCut: isRagged(said, groups, list) ? cutsOf(shown.length, page) : [],
  })
  const reports = said.map((one) => {
    const ahead = groups.some(({ rows }) => rows.some(({ key }) => key.o === one.source.number))
    return report(one, ahead, copiesAt(one.source, shown), state.failed)
  })
  const complete = isComplete(reports, question.world)
  const whole = state.after === undefined && room > 0 && !left && page.length === groups.length
  const inForce = inForceOf(said, list)
  const rows = shown.map((one) => ({ ...written(one, shown), activeBeside: beside(one, inForce) }))
  return {
    conflict: inForce.size > 1,
    nodes: rows,
    edges: rows.map((node) => ({ cursor: '<cursor>', node })),
    pageInfo: {
      hasNextPage: more,
      hasPreviousPage: state.after !== undefined,
      startCursor: rows.length > 0 ? '<cursor>' : null,
      endCursor: rows.length > 0 ? '<cursor>' : null,
    },
    totalCount:
      complete && whole
        ? { value: rows.length, precision: 'EXACT' }
        : count(said, filter, complete, list),
    ...completed(reports, context, key),
  }
}

/** What of an identity is left after the place where the page before ended; nothing where it was passed. */
function goneOn(
  group: Group,
  { after }: ListState,
  order: ListArguments['order'],
): readonly Group[] {
  if (!after) return [group]
  const { t, i } = group
  if (t === after.t && i === after.i)
    return after.shown === undefined ? [] : [{ ...group, shown: group.shown.slice(after.shown) }]
  const later = t === after.t ? i > after.i : t > after.t
  return later === (order === 'OLDEST_FIRST') ? [group] : []
}

/** Whole identities while they fit. One that is larger than the page is shown whole: else it would never be passed. */
function cut(groups: readonly Group[], room: number): readonly Group[] {
  const page: Group[] = []
  let rows = 0
  for (const group of groups) {
    if (room === 0 || (rows > 0 && rows + group.shown.length > room)) break
    page.push(group)
    rows += group.shown.length
  }
  return page
}

/** Where a page goes on that follows each of its rows. */
function statesOf(
  page: readonly Group[],
  all: readonly Group[],
  state: ListState,
  said: readonly Said[],
): readonly ListState[] {
  const silent = said.flatMap(({ source, failure }) =>
    failure && failure.status !== 'NOT_ASKED' ? [source.number] : [],
  )
  const failed = new Set([...state.failed, ...silent])
  const places = page.flatMap(({ t, i, shown }) => {
    const whole = all.find((group) => group.t === t && group.i === i)?.shown.length ?? 0
    return shown.map((_, index) => {
      const passed = whole - shown.length + index + 1
      return { t, i, shown: passed === whole ? undefined : passed }
    })
  })
  return places.map((after, index) => ({ after, served: state.served + index + 1, failed }))
}

/**
 * Where a source's rows do not each make one row of the page (bad ones, doubles of its own, corrections that are not shown), it
 * may have been asked for too few: the page may end earlier, but never inside an identity and never without any row.
 */
const isRagged = (said: readonly Said[], groups: readonly Group[], list: ListClass): boolean =>
  said.some(({ source }) => list.held(source).some(({ bad }) => bad)) ||
  groups.some(({ rows, shown }) => {
    const holders = new Set(rows.map(({ key }) => key.o)).size
    return holders < rows.length || shown.flatMap(({ copies }) => copies).length < rows.length
  })

function cutsOf(rows: number, page: readonly Group[]): readonly Cut[] {
  const ends = page.map((_, index) =>
    page.slice(0, index + 1).reduce((sum, { shown }) => sum + shown.length, 0),
  )
  const early = [...new Set(ends)].filter((end) => end > 0 && end < rows).reverse()
  return [{ rows, more: true }, ...early.map((end) => ({ rows: end, more: false }))]
}

/**
 * Rows of which there should be one that are in force, by identity: on whatever page, and whatever the filter says. Copies are
 * joined over all instants: a copy of a row that its owner has ended is not in force.
 */
function inForceOf(said: readonly Said[], list: ListClass): ReadonlyMap<string, string> {
  const told = said.flatMap(({ source, failure }) =>
    failure ? [] : inOrder(list.held(source).filter(list.isRival), 'NEWEST_FIRST'),
  )
  const identities = [...new Set(told.map(({ key }) => key.i))]
  const active = identities.flatMap((identity) => {
    const members = told.filter(({ key }) => key.i === identity)
    const one = join(inOrder(members, 'OLDEST_FIRST')).find(({ row }) => isActive(row))
    return one ? [[identity, one.row.key.d] as const] : []
  })
  return new Map(active)
}

const isActive = ({ observation }: HeldRow): boolean => observation.status === 'ACTIVE'

/** Ids of the others, of a row that is in force itself. */
const beside = ({ row }: Shown, inForce: ReadonlyMap<string, string>): readonly string[] =>
  isActive(row) && inForce.has(row.key.i)
    ? [...inForce].filter(([identity]) => identity !== row.key.i).map(([, id]) => id)
    : []

/** A row as the client sees it: the representative's values, all copies' provenance, and the marks. */
function written({ row, copies, conflict }: Shown, page: readonly Shown[]): Value {
  return {
    ...row.observation,
    conflict: conflict || isElsewhere(row, page),
    possibleDuplicateOf: duplicatesOf(row, page),
    provenance: copies.flatMap(({ row: copy, superseded }) =>
      copy.observation.provenance.map((entry) => ({
        ...entry,
        source: { number: copy.key.o },
        superseded,
      })),
    ),
  }
}

/** Another organisation puts the same row at another instant of this page. */
const isElsewhere = ({ key }: HeldRow, page: readonly Shown[]): boolean =>
  page.some(
    ({ row: other }) => other.key.i === key.i && other.key.t !== key.t && other.key.o !== key.o,
  )

/** The same instant and content at another organisation, and no identifier in common. */
const duplicatesOf = ({ key }: HeldRow, page: readonly Shown[]): readonly string[] =>
  page
    .map(({ row }) => row.key)
    .filter(
      (other) => other.t === key.t && other.c === key.c && other.i !== key.i && other.o !== key.o,
    )
    .map(({ d }) => d)

const copiesAt = ({ number }: Source, shown: readonly Shown[]): number =>
  shown.flatMap(({ copies }) => copies).filter(({ row }) => row.key.o === number).length

/** What a sum over sources can honestly claim. */
function count(said: readonly Said[], filter: Filter, complete: boolean, list: ListClass): Value {
  const last = filter.last ?? Number.POSITIVE_INFINITY
  const totals = said
    .filter(({ failure }) => !failure)
    .map(({ source }) => {
      const wanted = list
        .held(source)
        .filter((row) => fulfils(row, filter, list) && isWanted(row.observation.status, filter))
      return Math.min(wanted.length, last)
    })
  if (totals.length === 0 && !complete) return { value: null, precision: 'UNKNOWN' }
  const value = Math.min(
    totals.reduce((sum, total) => sum + total, 0),
    last,
  )
  const several = totals.filter((total) => total > 0).length > 1
  if (complete) return { value, precision: several ? 'UPPER_BOUND' : 'EXACT' }
  return { value, precision: several ? 'UNKNOWN' : 'LOWER_BOUND' }
}

// ---- latestObservations -----------------------------------------------------------------------------------------------

/** For each code the first row of the list of that code; it is certain where no source may hold a newer one. */
function latest(codes: readonly string[], context: Context, key: string): Value {
  const { world } = context.question
  const keys = codes.map((code) => listKey('latestObservations', { codes: [code] }))
  const said = everySource({}, context, keys)
  const found = codes.map((code) => {
    const rows = rowsOf(said, { codes: [code] })
    const [group] = groupsOf(rows, { order: 'NEWEST_FIRST', filter: {} }).filter(
      ({ shown }) => shown.length > 0,
    )
    return { rows, group }
  })
  const first = found.flatMap(({ group }) => group?.shown.slice(0, 1) ?? [])
  const reports = said.map((one) => {
    const { number } = one.source
    const has = found.some(({ rows }) => rows.some((row) => row.key.o === number))
    return report(one, has, copiesAt(one.source, first), new Set())
  })
  const items = codes.map((code, index) => {
    const [list = ''] = keys.slice(index)
    const missing = said.some(({ source, failure }) => {
      const bad = context.question.sent.get(source.number)?.get(list)?.bad ?? 0
      return (
        failure || source.truncated || source.withheld !== 'NONE' || source.dropped > 0 || bad > 0
      )
    })
    const complete = said.length > 0 && !world.stale && !missing
    const group = found[index]?.group?.shown ?? []
    const [row] = group
    return {
      code,
      observation: row ? written(row, group) : null,
      complete,
      newerMayExist: !complete,
    }
  })
  return { items, ...completed(reports, context, key) }
}

// ---- observationTrend -------------------------------------------------------------------------------------------------

interface TrendArguments {
  readonly code: string
  readonly period: { readonly start: string; readonly end: string }
  readonly bucket: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'
  readonly unit: string
  readonly timeZone: string
}

const WITHDRAWN = ['CANCELLED', 'ENTERED_IN_ERROR']

/** A row's number in that unit, its own or its first component's; none where it was withdrawn, or is only a bound. */
function numberIn(
  { observation: { status }, parts }: HeldRow,
  { code, unit }: TrendArguments,
): number | undefined {
  const measured = parts.find((part) => isCoded(part, code))?.measured
  if (WITHDRAWN.includes(status) || !measured || measured.comparator) return undefined
  return convert(measured, unit)
}

/** Copies are joined before anything is counted; what the governing row withdrew is not there. */
function trend(args: TrendArguments, context: Context, key: string): Value {
  const filter: Filter = { codes: [args.code], period: args.period, status: EVERY_STATUS }
  const said = everySource({}, context, []).map((one) => {
    const bad = one.source.rows.filter((row) => row.bad && fulfils(row, filter)).length
    return { ...one, dropped: one.failure ? 0 : one.dropped + bad }
  })
  const rows = rowsOf(said, filter)
  const shown = groupsOf(rows, { order: 'OLDEST_FIRST', filter }).flatMap((group) => group.shown)
  const counted = shown.flatMap((one) => {
    const value = numberIn(one.row, args)
    return value === undefined ? [] : [{ ...one, value }]
  })
  const marked = counted.map((one) => ({
    value: one.value,
    span: spanOf(one.row.key.t, args),
    conflict: one.conflict || isElsewhere(one.row, counted),
  }))
  const spans = [...new Map(marked.map(({ span }) => [span.start, span])).values()].sort(
    (a, b) => a.start - b.start,
  )
  const reports = said.map((one) => {
    const own = rows.filter((row) => row.key.o === one.source.number)
    return report(
      one,
      own.some((row) => isInBucket(row, args)),
      own.filter((row) => numberIn(row, args) !== undefined).length,
      new Set(),
    )
  })
  return {
    unit: args.unit,
    buckets: spans.map((span) =>
      bucket(
        span,
        marked.filter((one) => one.span.start === span.start),
        args,
      ),
    ),
    leftOut: rows.filter(
      (row) => !WITHDRAWN.includes(row.observation.status) && numberIn(row, args) === undefined,
    ).length,
    ...completed(reports, context, key),
  }
}

/** What a source has to send in a bucket: numbers, and whatever has a business identifier. */
const isInBucket = (row: HeldRow, args: TrendArguments): boolean =>
  row.observation.identifier.length > 0 || numberIn(row, args) !== undefined

function bucket(
  span: Span,
  rows: readonly { readonly value: number; readonly conflict: boolean }[],
  { timeZone }: TrendArguments,
): Value {
  const values = rows.map(({ value }) => value)
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    start: writeLocal(span.start, timeZone),
    end: writeLocal(span.end, timeZone),
    count: values.length,
    mean,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    standardDeviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    conflicts: rows.filter(({ conflict }) => conflict).length,
    mayCountCopies: false,
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

/** The stretch of time around an instant in which clocks of the zone show the same hour, day, week or month. */
function spanOf(t: number, { bucket: width, timeZone }: TrendArguments): Span {
  const label = labelAt(t, width, timeZone)
  const isSame = (at: number): boolean => labelAt(at, width, timeZone) === label
  const most = { HOUR: 3, DAY: 30, WEEK: 9 * 24, MONTH: 33 * 24 }[width] * 3_600_000
  return {
    start: turn(t - most, t, (at) => isSame(at)),
    end: turn(t, t + most, (at) => !isSame(at)),
  }
}

/** The first instant for which it is true, between one where it is not and one where it is. */
function turn(from: number, to: number, is: (at: number) => boolean): number {
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (is(middle)) high = middle
    else low = middle
  }
  return high
}

/** The name of a bucket by the clocks of the zone. The hour that comes twice has two offsets. */
function labelAt(t: number, width: TrendArguments['bucket'], timeZone: string): string {
  const offset = offsetAt(t, timeZone)
  const local = new Date(t + offset)
  if (width === 'WEEK') local.setUTCDate(local.getUTCDate() - ((local.getUTCDay() + 6) % 7))
  const text = local.toISOString()
  return width === 'HOUR'
    ? `${text.slice(0, 13)} ${offset}`
    : text.slice(0, width === 'MONTH' ? 7 : 10)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Local time minus UTC (milliseconds), as the platform's calendar says. */
function offsetAt(t: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  formats.set(timeZone, format)
  const parts = new Map(format.formatToParts(t).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const date = [part('year'), part('month') - 1, part('day')] as const
  const local = Date.UTC(...date, part('hour'), part('minute'), part('second'))
  return local - Math.floor(t / 1_000) * 1_000
}

function writeLocal(t: number, timeZone: string): string {
  const minutes = Math.round(offsetAt(t, timeZone) / 60_000)
  const local = new Date(t + minutes * 60_000).toISOString().replace(/(\.000)?Z$/, '')
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${local}${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}

// ---- name -------------------------------------------------------------------------------------------------------------

/** Precedence: rank, then time of record; then the organisation's number, so that the order is always the same. */
function name(context: Context, key: string): Value {
  const said = everySource({}, context, [])
  const own = said.map(({ source, failure }) => {
    const names = failure ? [] : [...source.names].sort(byPrecedence)
    const first = (text: string): HeldName | undefined =>
      names.find(({ value }) => plain(value.text) === text)
    return names
      .filter((one) => first(plain(one.value.text)) === one)
      .map((one) => ({ ...one, source: { number: source.number } }))
  })
  const variants = own.flat().sort(byPrecedence)
  const preferred = own.flatMap((names) => names.slice(0, 1).map(({ value }) => plain(value.text)))
  const reports = said.map((one, index) =>
    report(one, (own[index] ?? []).length > 0, (own[index] ?? []).length, new Set()),
  )
  return {
    value: variants[0]?.value ?? null,
    variants,
    conflict: new Set(preferred).size > 1,
    ...completed(reports, context, key),
  }
}

const byPrecedence = (a: HeldName, b: HeldName): number =>
  b.rank - a.rank || Date.parse(b.recorded) - Date.parse(a.recorded)

const plain = (text: string): string => text.trim().replace(/\s+/g, ' ')

// ---- What is known of its completeness --------------------------------------------------------------------------------

interface Report extends Value {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly reason: string | null
  readonly dropped: number
  readonly withheld: string
  readonly recovered: boolean
}

function report(
  { source, failure, dropped }: Said,
  hasRows: boolean,
  returned: number,
  failedBefore: ReadonlySet<string>,
): Report {
  const status = failure?.status ?? (source.truncated ? 'TRUNCATED' : hasRows ? 'OK' : 'EMPTY')
  return {
    organization: { number: source.number },
    status,
    returned,
    dropped,
    recovered: !failure && failedBefore.has(source.number),
    withheld: failure ? 'NONE' : source.withheld,
    reason: failure?.reason ?? (source.truncated ? 'ROW_CAP' : null),
    elapsed: '<elapsed>',
    asOf: failure ? null : source.asOf,
    contractVersion: failure ? null : source.contractVersion,
  }
}

function isWhole({ status, dropped, withheld, recovered }: Report): boolean {
  return ['OK', 'EMPTY'].includes(status) && dropped === 0 && withheld === 'NONE' && !recovered
}

/** Nobody located is not «nobody has anything». */
const isComplete = (reports: readonly Report[], { stale }: World): boolean =>
  reports.length > 0 && !stale && reports.every(isWhole)

function completed(reports: readonly Report[], context: Context, key: string): Value {
  const {
    question: { world },
    policy = {},
  } = context
  context.reports.set(key, reports)
  const asked = reports.filter(({ status }) => status !== 'NOT_ASKED')
  const answered = reports.filter(({ status }) => ['OK', 'EMPTY', 'TRUNCATED'].includes(status))
  const once = (list: readonly string[] | null | undefined): readonly string[] => [
    ...new Set(list ?? []),
  ]
  return {
    complete: isComplete(reports, world),
    completeness: {
      agreed: reports.length,
      asked: asked.length,
      answered: answered.length,
      failed: asked.length - answered.length,
      withheld: reports.filter(({ withheld }) => withheld !== 'NONE').length,
      stale: 0,
      notAsked: reports.length - asked.length,
      catalogueAsOf: new Date(world.confirmedAtMs).toISOString(),
      catalogueStale: world.stale,
      policy: {
        completion: policy.completion ?? 'BEST_EFFORT',
        mandatorySources: once(policy.mandatorySources),
        sources: policy.sources ? once(policy.sources) : null,
        excludeSources: once(policy.excludeSources),
      },
    },
    sources: reports,
  }
}
