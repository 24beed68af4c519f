import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import pg from 'pg'
import type { Change, Intake } from '../src/sources/intake.js'
import type { PageQuestion, Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { pageStatement } from '../src/sources/store/page-statement.js'
import { startDatabase } from './kit/database.js'

const kari = parsePatientIdentifier(patients.copd.identifier)
const NOW = Date.parse('2026-11-22T12:00:00Z')
const PULSE = 'http://loinc.org|8867-4'
const ROWS = 4_000

/** One row a minute, each received when it was measured; every hundredth years late. */
function observation(n: number): Change {
  const t = NOW - n * 60_000
  return {
    patient: kari,
    ...{ key: `i:${n}`, identifier: `urn:test|${n}`, content: identityDigest(String(n)) },
    ...{ t: n % 100 === 7 ? t - 10 ** 11 : t, precision: 'INSTANT', onlyIfNone: false },
    ...{ sent: `sent ${n}`, owner: '310000108', authorKind: 'PATIENT', receivedMs: t },
    ...{ codes: [PULSE], category: ['vital-signs'], status: 'final', abnormal: false },
    ...{ resource: '{"status":"final"}' },
  }
}

const question: PageQuestion = {
  ...{ patient: kari, status: ['final'], abnormalOnly: false, order: 'NEWEST_FIRST' },
  ...{ limit: 100, elements: [], count: false },
  received: { fromMs: NOW - 30 * 60_000, untilMs: NOW + 1 },
}

describe('what a patient’s followers ask again and again', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake
  let client: pg.Client

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('received')
    store = await openStore({ databaseUrl, organization: '310000108', now: () => NOW })
    await store.take(
      Array.from({ length: ROWS }, (_, n) => observation(n)),
      false,
    )
    client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query('analyze')
  })
  afterAll(async () => {
    await client.end()
    await store.close()
    await database.stop()
  })

  it.each([
    ['all codes', {}],
    ['one code', { codes: [PULSE] }],
  ])('is the few rows that came since, however late, of %s', async (_, asked) => {
    const { rows } = await store.read({ ...question, ...asked }, new AbortController().signal)
    expect(rows).toHaveLength(31)
  })

  it('is found by when it was received: no other row of the patient’s is looked at', async () => {
    const { rows: found } = await client.query<{ id: string }>('select id from patient')
    const { text, values } = pageStatement(Number(found[0]?.id), question)
    const { rows } = await client.query<Record<string, [{ Plan: Plan }]>>(
      `explain (analyze, format json) ${text}`,
      [...values],
    )
    const plans = flat(rows[0]?.['QUERY PLAN']?.[0].Plan)
    expect(plans.map((plan) => plan['Index Name'])).toContain('observation_received')
    const looked = plans.map((plan) => plan['Rows Removed by Filter'] ?? 0)
    expect(Math.max(...looked)).toBeLessThan(100)
  })
})

interface Plan {
  readonly 'Index Name'?: string
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

const flat = (plan: Plan | undefined): readonly Plan[] =>
  plan ? [plan, ...(plan.Plans ?? []).flatMap(flat)] : []
