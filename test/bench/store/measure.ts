import type { Statement } from '@kilde/organization/store'
import pg from 'pg'
import { at } from '../statistics.js'
import type { StoreQuestion } from './questions.js'

export interface Measured {
  readonly name: string
  readonly targetMs?: number
  /** Planning and execution at the database (ms). The first time that a patient is asked about. */
  readonly firstP50Ms: number
  readonly firstP95Ms: number
  /** Asked again. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Of the patient with the most rows. */
  readonly largestMs: number
  /** Pages of 8 kB that were looked at (p95). */
  readonly pagesP95: number
  /** Rows of the answer (p95). */
  readonly rowsP95: number
  /** The plan for the patient with the most rows. */
  readonly plan: PlanNode
}

export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly PlanNode[]
}

interface Explained {
  readonly Plan: PlanNode
  readonly 'Planning Time': number
  readonly 'Execution Time': number
}

const REPEATS = 3

/** Asks about each patient, as a node does: by a statement that the database has planned before. */
export async function measure(
  client: pg.Client,
  question: StoreQuestion,
  patients: readonly number[],
): Promise<Measured> {
  const [largest = 1] = patients
  const prepared = `q_${question.of(largest).name.replace(/\W/g, '_')}`
  await client.query(`prepare ${prepared} as ${question.of(largest).text}`)
  const ask = (patient: number) => explain(client, prepared, question.of(patient))
  // From the sixth time on PostgreSQL may use one plan for all patients.
  for (let turn = 0; turn < 6; turn += 1) await ask(patients.at(-1) ?? 1)
  const first: Explained[] = []
  for (const patient of patients) first.push(await ask(patient))
  const again: Explained[] = []
  for (let turn = 0; turn < REPEATS; turn += 1) {
    for (const patient of patients) again.push(await ask(patient))
  }
  const times = again.map(timeOf)
  const ofLargest = again.filter((_one, index) => index % patients.length === 0)
  const { Plan: plan } = await ask(largest)
  await client.query(`deallocate ${prepared}`)
  const { name, targetMs } = question
  return {
    name,
    ...(targetMs !== undefined && { targetMs }),
    firstP50Ms: at(first.map(timeOf), 0.5),
    firstP95Ms: at(first.map(timeOf), 0.95),
    p50Ms: at(times, 0.5),
    p95Ms: at(times, 0.95),
    p99Ms: at(times, 0.99),
    largestMs: at(ofLargest.map(timeOf), 0.5),
    pagesP95: at(
      again.map(({ Plan: plan }) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks']),
      0.95,
    ),
    rowsP95: at(
      again.map(({ Plan: plan }) => plan['Actual Rows']),
      0.95,
    ),
    plan,
  }
}

const timeOf = (one: Explained): number => one['Planning Time'] + one['Execution Time']

async function explain(
  client: pg.Client,
  prepared: string,
  { values }: Statement,
): Promise<Explained> {
  const given = values.map(literal).join(', ')
  const { rows } = await client.query<{ 'QUERY PLAN': readonly Explained[] }>(
    `explain (analyze, buffers, timing off, format json) execute ${prepared}(${given})`,
  )
  const [found] = rows[0]?.['QUERY PLAN'] ?? []
  if (!found) throw new Error('PostgreSQL explains nothing')
  return found
}

function literal(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(element).join(',')}}`)
  return pg.escapeLiteral(String(value))
}

const element = (value: unknown): string => `"${String(value).replace(/["\\]/g, '\\$&')}"`
