import { below, collect } from '@kilde/contract'
import type { Fetch, Gathered } from '../path/stage.js'
import { hasAnswered } from '../transport/source-answer.js'
import { patientType } from './contract-schema.js'
import type { Cursors } from './cursor.js'
import { createRowWriter } from './marks.js'
import { mergePages, type PlacedRow } from './merge-pages.js'
import type { UnionField } from './merge-plan.js'
import { project } from './project.js'
import { countRows, countSources, isComplete, reportSources } from './reports.js'
import { type AskedField, nextState } from './source-request.js'

/** `data` of one fetch of the `sharing` subgraph. */
export type MergedData = Readonly<Record<string, unknown>>

export interface FetchToMerge extends Pick<Fetch, 'plan' | 'fields' | 'variables'> {
  readonly gathered: Gathered
  /** Opaque handle of the patient for this requester. */
  readonly patientId: string
  readonly cursors: Cursors
}

/** Makes one answer of the sources' answers: rows in one order, copies joined, gaps named. */
export function mergeFetch(fetch: FetchToMerge): MergedData {
  const { plan, variables } = fetch
  const patient: Record<string, unknown> = {}
  const selected = collect(patientType, below(plan.patientNodes), plan.fragments, variables)
  for (const [key, nodes] of selected) {
    const name = nodes[0]?.name.value
    const index = plan.unions.findIndex(({ responseKey }) => responseKey === key)
    const union = plan.unions[index]
    if (name === '__typename') patient[key] = 'Patient'
    else if (name === 'id') patient[key] = fetch.patientId
    else if (union) patient[key] = writeConnection(fetch, union, index)
  }
  return { [plan.patientKey]: patient }
}

function writeConnection(
  fetch: FetchToMerge,
  union: UnionField,
  index: number,
): Record<string, unknown> {
  const { plan, variables, gathered } = fetch
  const { answers } = gathered
  const asked = fetch.fields[index]
  if (!asked) throw new Error('A merged field was not asked')
  const page =
    asked.rows === 0
      ? { rows: [], hasNextPage: false }
      : mergePages(answers, index, asked.rows, asked.args.order)
  const reports = reportSources(answers, index, countReturned(page.rows), asked.state?.failed)
  const complete = isComplete(reports, gathered)
  const cursors = writeCursors(fetch, asked, page.rows)
  const left =
    asked.args.last === undefined || (asked.state?.served ?? 0) + page.rows.length < asked.args.last
  const connection = {
    pageInfo: {
      hasNextPage: page.hasNextPage && left,
      hasPreviousPage: asked.state !== undefined,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
    totalCount: countRows(answers, index, complete, asked.args.last),
    complete,
    completeness: countSources(reports, gathered),
    sources: reports,
  }
  const written = project(
    union.connection,
    below(union.nodes),
    connection,
    plan.fragments,
    variables,
  )
  return writeRows(written, fetch, union, page.rows, cursors)
}

function countReturned(rows: readonly PlacedRow[]): ReadonlyMap<string, number> {
  const returned = new Map<string, number>()
  for (const { row } of rows.flatMap(({ copies }) => copies)) {
    returned.set(row.key.o, (returned.get(row.key.o) ?? 0) + 1)
  }
  return returned
}

function writeCursors(
  fetch: FetchToMerge,
  asked: AskedField,
  rows: readonly PlacedRow[],
): string[] {
  const failed = fetch.gathered.answers
    .filter(({ status }) => !hasAnswered(status) && status !== 'NOT_ASKED')
    .map(({ organization }) => organization)
  return rows.map(({ boundary }, index) =>
    fetch.cursors.write(nextState(asked, boundary, index + 1, failed), asked.binding),
  )
}

/** Puts the rows where the operation shows them: under `nodes` and `edges`, in the client's own words. */
function writeRows(
  written: Record<string, unknown>,
  fetch: FetchToMerge,
  union: UnionField,
  rows: readonly PlacedRow[],
  cursors: readonly string[],
): Record<string, unknown> {
  const { plan, variables } = fetch
  const places = [...union.places]
  const writerAt = (place: (typeof places)[number]) =>
    createRowWriter(place, union.row, plan.fragments, variables)
  // Places were numbered in the order of all selected fields; a field skipped by a directive keeps its number.
  for (const [key, nodes] of collect(union.connection, below(union.nodes), plan.fragments)) {
    const name = nodes[0]?.name.value
    const shown = key in written
    if (name === 'nodes') {
      const place = places.shift()
      if (shown && place) written[key] = rows.map(writerAt(place))
    }
    if (name !== 'edges') continue
    const edges: Record<string, unknown>[] = rows.map(() => ({}))
    for (const [inner, innerNodes] of collect(union.edge, below(nodes), plan.fragments)) {
      const innerName = innerNodes[0]?.name.value
      const place = innerName === 'node' ? places.shift() : undefined
      const write = place && writerAt(place)
      rows.forEach((row, index) => {
        const edge = edges[index]
        if (!edge) return
        if (write) edge[inner] = write(row)
        else edge[inner] = innerName === '__typename' ? union.edge.name : cursors[index]
      })
    }
    if (shown) written[key] = edges
  }
  return written
}
