import { describe } from '../machine.js'
import { rounded } from '../statistics.js'
import type { Ingested } from './ingest-some.js'
import type { Measured, PlanNode } from './measure.js'
import type { StoreFigures } from './measure-store.js'

/** Prints what was found, the figure last. @returns whether every target holds, and every step came to its end */
export function tell(found: StoreFigures, asJson: boolean): boolean {
  const holds = found.questions.every(isMet) && found.ingest.endedBy === undefined
  const lines = asJson ? [JSON.stringify({ holds, ...found })] : words(found)
  process.stdout.write(`${lines.join('\n')}\n`)
  return holds
}

const isMet = ({ targetMs, p95Ms }: Measured): boolean =>
  targetMs === undefined || p95Ms <= targetMs

function words(found: StoreFigures): readonly string[] {
  const [main] = found.questions
  if (!main) throw new Error('nothing was asked')
  const { observations, patients, largestPatient, ingest } = found
  return [
    describe(found.machine),
    `PostgreSQL ${found.postgres}, ${found.sealed ? 'sealed' : 'NOT sealed'}`,
    `${observations} observations of ${patients} patients, ${largestPatient} of one`,
    `filled in ${rounded(found.fillSeconds)} s (${Math.round(found.rowsPerSecond)} rows/s); ${gigabytes(found.bytes)}, at most ${gigabytes(found.peakBytes)} on the way`,
    throughIngest(ingest),
    '',
    'ms at the database: asked for the first time (p50, p95), again (p50, p95, p99), of the largest patient; pages, rows (p95)',
    ...found.questions.map(row),
    '',
    `plan of ${main.name}:`,
    ...planLines(main.plan, 1),
    '',
    `${main.name}: p95 ${rounded(main.p95Ms)} ms at the database (target: ${main.targetMs}), ${observations} observations`,
  ]
}

function throughIngest({ rows, rowsPerSecond, endedBy }: Ingested): string {
  const speed = rowsPerSecond === undefined ? 'nothing' : `${Math.round(rowsPerSecond)} rows/s`
  return `through ingest ${speed}${endedBy === undefined ? '' : `, ended after ${rows} rows: ${endedBy}`}`
}

const gigabytes = (bytes: number): string => `${rounded(bytes / 1e9)} GB`

function row(one: Measured): string {
  const { firstP50Ms, firstP95Ms, p50Ms, p95Ms, p99Ms, largestMs, pagesP95, rowsP95 } = one
  const times = [firstP50Ms, firstP95Ms, p50Ms, p95Ms, p99Ms, largestMs].map((ms) =>
    ms.toFixed(2).padStart(8),
  )
  const sizes = [pagesP95, rowsP95].map((size) => String(size).padStart(7))
  const target = one.targetMs === undefined ? '' : isMet(one) ? '  met' : '  NOT MET'
  return `${one.name.padEnd(38)}${times.join('')}${sizes.join('')}${target}`
}

function planLines(node: PlanNode, depth: number): readonly string[] {
  const where = [node['Relation Name'], node['Index Name']].filter((name) => name !== undefined)
  const line = `${'  '.repeat(depth)}${node['Node Type']} ${where.join(' by ')} (${node['Actual Rows']} rows, ${node['Actual Loops']} times)`
  return [line, ...(node.Plans ?? []).flatMap((one) => planLines(one, depth + 1))]
}
