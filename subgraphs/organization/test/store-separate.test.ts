import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import pg from 'pg'
import type { Change } from '../src/sources/intake.js'
import type { ClosedRows, PageQuestion } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'

const [here, there] = ['310000108', '310000205'] as const
const kari = parsePatientIdentifier(patients.copd.identifier)
const ella = parsePatientIdentifier(patients.onePlace.identifier)
const NOW = Date.parse('2026-11-22T12:00:00Z')
const PULSE = 'http://loinc.org|8867-4'
const ROWS = 200
const signal = new AbortController().signal

type Store = Awaited<ReturnType<typeof openStore>>

describe('the stores of two organisations on one server', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let urls: readonly string[]
  let own: Store
  let other: Store
  let ids: readonly string[]

  beforeAll(async () => {
    database = await startDatabase()
    urls = [await database.createDatabase('here'), await database.createDatabase('there')]
    const [ownUrl = '', otherUrl = ''] = urls
    own = await openStore({ databaseUrl: ownUrl, organization: here, key: one, now: () => NOW })
    other = await openStore({
      databaseUrl: otherUrl,
      organization: there,
      key: one,
      now: () => NOW,
    })
    const rows = Array.from({ length: ROWS }, (_, n) => observation(n))
    ids = (await other.take(rows, false, [name])).map(({ id }) => id)
    // A patient of both, about whom they hold different rows.
    await own.take([observation(ROWS)], false)
  })
  afterAll(async () => {
    await own.close()
    await other.close()
    await database.stop()
  })

  it('give nothing of one another, in 1,000 attempts to cross', async () => {
    const mine = (await own.read(everything, signal)).rows.map(({ id }) => id)
    expect(mine).toHaveLength(1)
    let attempts = 0
    let crossed = 0
    for (const [n, id] of ids.entries()) {
      const identity = identityDigest(`urn:test|${n}`)
      const closed: ClosedRows[] = [
        { why: 'ROLE', rows: {}, except: [{ item: identity, owner: there }] },
      ]
      const shown = await own.shown({ patient: kari, ids: [id] }, signal)
      const page = await own.read(
        { ...everything, after: { t: NOW - n * 60_000 + 1, i: identity, d: id } },
        signal,
      )
      const opened = await own.read({ ...everything, closed, codes: [PULSE] }, signal)
      const latest = await own.latest(
        { ...everything, patient: ella, items: [[PULSE], [id]], limit: 8 },
        signal,
      )
      const [written] = await own.take(
        [observation(n, { patient: ella, key: `x:${n}`, localId: id.slice(10), sent: `x ${n}` })],
        false,
      )
      attempts += 5
      crossed +=
        shown.size +
        page.rows.filter((row) => !mine.includes(row.id)).length +
        opened.rows.length +
        latest.items.flat().filter((row) => row.id.startsWith(there)).length +
        (written?.id === id || written?.outcome !== 'created' ? 1 : 0)
    }
    expect({ attempts, crossed }).toEqual({ attempts: 1_000, crossed: 0 })
    const names = await own.names({ patient: kari }, signal)
    expect(names.names).toEqual([])
    expect((await other.read(everything, signal)).rows).toHaveLength(ROWS)
  })

  it('do not open for a node of the other', async () => {
    const [ownUrl = '', otherUrl = ''] = urls
    for (const [databaseUrl, organization] of [
      [ownUrl, there],
      [otherUrl, here],
    ] as const) {
      await expect(
        openStore({ databaseUrl, organization, key: one, now: () => NOW }),
      ).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER' })
    }
  })

  it('give nothing of a row that was copied from one into the other', async () => {
    const [ownUrl = '', otherUrl = ''] = urls
    const [row] = await ask(otherUrl, 'select * from observation order by number limit 1')
    const { number: _number, ...copied } = row ?? {}
    const [patient] = await ask(
      ownUrl,
      `select patient from observation where identity = '${identityDigest(`urn:test|${ROWS}`)}'`,
    )
    const all = { ...copied, patient: patient?.['patient'] }
    const columns = Object.keys(all)
    await ask(
      ownUrl,
      `insert into observation (${columns.join(', ')}) values (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(all),
    )
    const { rows } = await own.read({ ...everything, elements: ['status'] }, signal)
    expect(rows.map(({ content, resource }) => [content !== '', resource])).toEqual([
      [false, ''],
      [true, '{"status":"final"}'],
    ])
  })

  it('are asked by no statement without a patient or a row of one', async () => {
    const texts = await statementsOf(async () => {
      const everyWay = { ...everything, codes: [PULSE], last: 5, count: true, category: ['survey'] }
      const closed: ClosedRows[] = [{ why: 'OBJECTION', rows: { codes: [PULSE] }, except: [] }]
      const asked = { closed, tellClosed: true }
      await own.read({ ...everyWay, ...asked, abnormalOnly: true, fromMs: 0, untilMs: NOW }, signal)
      await own.read({ ...everything, ...asked, count: true }, signal)
      await own.latest({ ...everything, ...asked, items: [[PULSE]], limit: 8 }, signal)
      await own.trend(
        { ...everything, ...asked, codes: [PULSE], fromMs: 0, untilMs: NOW, limit: 10 },
        signal,
      )
      await own.names({ patient: kari }, signal)
      await own.shown({ patient: kari, ids: ['x'], closed }, signal)
    })
    expect(texts.length).toBeGreaterThan(8)
    const tables = texts.flatMap((text) => fromTables(text))
    expect(tables.length).toBeGreaterThan(12)
    expect(tables.filter(({ bound }) => !bound)).toEqual([])
  })
})

/** Each place where a statement reads a table with data of patients, and whether its own condition names a patient or a row. */
function fromTables(text: string) {
  const places = text.matchAll(
    /\bfrom (observation|observation_code|patient_name)\b(?! \w+ as)([^()]*)/g,
  )
  return [...places].map(([whole, table, rest = '']) => ({
    table,
    whole,
    bound: /where (patient = \$\d+|number = (coded\.number|chosen\.wanted)|number in )/.test(rest),
  }))
}

/** Texts of all statements that are sent meanwhile. */
async function statementsOf(work: () => Promise<void>): Promise<readonly string[]> {
  const spy = jest.spyOn(pg.Pool.prototype, 'query')
  try {
    await work()
    const sent = spy.mock.calls.map(([first]: readonly unknown[]) => first)
    return sent.map((one) => (typeof one === 'string' ? one : (one as { text: string }).text))
  } finally {
    spy.mockRestore()
  }
}

async function ask(url: string, sql: string, values: readonly unknown[] = []) {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql, [...values])
  await client.end()
  return rows
}

const one = Buffer.alloc(32, 1)
const name = { patient: kari, text: 'Kari Kols', given: ['Kari'], recordedMs: NOW }

const everything: PageQuestion = {
  ...{ patient: kari, status: ['final'], abnormalOnly: false, elements: [], count: false },
  order: 'NEWEST_FIRST',
  limit: 1_000,
}

function observation(n: number, more: Partial<Change> = {}): Change {
  return {
    patient: kari,
    key: `i:${n}`,
    identifier: `urn:test|${n}`,
    t: NOW - n * 60_000,
    precision: 'INSTANT',
    onlyIfNone: false,
    content: identityDigest(String(n)),
    sent: `sent ${n}`,
    owner: there,
    authorKind: 'PATIENT',
    receivedMs: NOW,
    codes: [PULSE],
    category: ['vital-signs'],
    status: 'final',
    abnormal: false,
    resource: '{"status":"final"}',
    ...more,
  }
}
