import { openStore } from '@kilde/organization/store'
import pg from 'pg'
import { type Machine, machine } from '../machine.js'
import { watchDisk } from './disk.js'
import { fill } from './fill.js'
import { type Ingested, ingestSome } from './ingest-some.js'
import { type Measured, measure } from './measure.js'
import { createPopulation } from './population.js'
import { questions } from './questions.js'
import { ORGANIZATION } from './stored-row.js'

export interface StorePlan {
  readonly databaseUrl: string
  readonly key: Uint8Array | undefined
  readonly observations: number
  /** Patients asked about. */
  readonly patients: number
  readonly seed: number
}

export interface StoreFigures {
  readonly machine: Machine
  readonly sealed: boolean
  readonly postgres: string
  readonly observations: number
  readonly patients: number
  readonly largestPatient: number
  readonly fillSeconds: number
  readonly rowsPerSecond: number
  readonly ingest: Ingested
  readonly bytes: number
  readonly peakBytes: number
  readonly questions: readonly Measured[]
}

export async function measureStore(
  plan: StorePlan,
  say: (text: string) => void,
): Promise<StoreFigures> {
  const { databaseUrl, key, observations, seed } = plan
  const store = await openStore({ databaseUrl, organization: ORGANIZATION, now: Date.now, key })
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const population = createPopulation(observations, seed)
    const disk = await watchDisk(databaseUrl)
    say(`filling ${observations} rows of ${population.patients} patients …`)
    const from = performance.now()
    await fill(client, { key, observations, seed }, population)
    const fillSeconds = (performance.now() - from) / 1_000
    const peakBytes = await disk()
    const asked = await patientsToAsk(client, plan)
    const measured: Measured[] = []
    for (const question of questions) {
      say(`asking for ${question.name} …`)
      measured.push(await measure(client, question, asked.patients))
    }
    say('taking Bundles …')
    return {
      machine: machine(),
      sealed: key !== undefined,
      postgres: await one(client, 'show server_version'),
      ...{ observations, fillSeconds, peakBytes },
      patients: population.patients,
      largestPatient: asked.largest,
      rowsPerSecond: observations / fillSeconds,
      ingest: await ingestSome(store),
      bytes: Number(await one(client, 'select pg_database_size(current_database())')),
      questions: measured,
    }
  } finally {
    await client.end()
    await store.close()
  }
}

/** The patient with the most rows first, then by chance: each row as likely as another to be of one who is asked about. */
async function patientsToAsk(client: pg.Client, { patients, seed, observations }: StorePlan) {
  const largest = 1
  const count = await one(client, `select count(*) from observation where patient = ${largest}`)
  const numbers = Array.from(
    { length: patients * 3 },
    (_, index) => 1 + (((index * 7_919 + seed) * 104_729) % observations),
  )
  const { rows } = await client.query<{ patient: string }>(
    'select distinct patient from observation where number = any($1::bigint[]) order by patient desc limit $2',
    [numbers, patients],
  )
  const others = rows.map(({ patient }) => Number(patient)).filter((patient) => patient !== largest)
  return {
    patients: [largest, ...others].slice(0, patients),
    largest: Number(count),
  }
}

async function one(client: pg.Client, sql: string): Promise<string> {
  const { rows } = await client.query<Record<string, string>>(sql)
  return Object.values(rows[0] ?? {})[0] ?? ''
}
