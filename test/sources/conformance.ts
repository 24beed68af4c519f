import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page, PageQuestion, Source, SourceRow } from '@kilde/organization/sources'
import fc from 'fast-check'
import { classConformance, PlanModel } from './class-conformance.js'
import type { Population } from './facts.js'
import { isShut, Model, type Placed } from './model.js'
import { nobody, populationOf } from './population.js'
import { questionsAbout } from './questions.js'

/** A source that holds a population. */
export interface OpenSource {
  readonly source: Source
  /** Id of the row that a fact became: `<organisation number>.<local id>`. */
  idOf(key: string): string
  close(): Promise<void>
}

export interface ConformanceOptions {
  /** Rows of the population. Default: KILDE_SOURCES_ROWS, else 200. */
  readonly rows?: number
  /** Questions of each kind. Default: KILDE_SOURCES_RUNS, else 60. */
  readonly runs?: number
  /** Whether the system keeps the digits of numbers as they were sent. Default: yes. */
  readonly keepsDigits?: boolean
  /** Whether it knows patients' names, and patients without rows. Default: yes. */
  readonly knowsPatients?: boolean
}

const RUNS = Number(process.env['KILDE_SOURCES_RUNS'] ?? 60)
const SEED = Number(process.env['KILDE_SOURCES_SEED'] ?? 1)
const MOST_PAGES = 1_000
/** Time for all questions of a property (milliseconds), also on a machine that is busy with other things. */
const PATIENTLY_MS = 120_000

const signal = new AbortController().signal

/**
 * What every source owes: whatever it is asked, it answers as the model does, row for row, page by page. A source that
 * passes can be put behind a node without anything else being changed.
 */
export function conformance(
  name: string,
  openSource: (population: Population) => Promise<OpenSource>,
  options: ConformanceOptions = {},
): void {
  const { keepsDigits = true, knowsPatients = true } = options
  const rows = options.rows ?? Number(process.env['KILDE_SOURCES_ROWS'] ?? 200)
  describe(`a conforming source: ${name}`, () => {
    const population = populationOf(rows, SEED)
    const patients = population.patients.map(({ identifier }) => identifier)
    let opened: OpenSource
    let source: Source
    let model: Model
    let plans: PlanModel
    let questions: ReturnType<typeof questionsAbout>

    beforeAll(async () => {
      opened = await openSource(population)
      source = opened.source
      model = new Model(population, (key) => opened.idOf(key))
      plans = new PlanModel(population, (key) => opened.idOf(key))
      questions = questionsAbout(
        [...patients, ...patients, nobody],
        patients.flatMap((one) => model.of(one)),
      )
    }, PATIENTLY_MS)
    afterAll(() => opened.close())

    const everything = (patient: PageQuestion['patient']): PageQuestion => ({
      ...{ patient, limit: 1_000, elements: [], count: true, abnormalOnly: false },
      ...{ status: ['final', 'amended', 'corrected', 'preliminary', 'entered-in-error'] },
      order: 'NEWEST_FIRST',
    })
    const check = <T>(arbitrary: fc.Arbitrary<T>, property: (question: T) => Promise<void>) =>
      fc.assert(fc.asyncProperty(arbitrary, property), {
        numRuns: options.runs ?? RUNS,
        seed: SEED,
      })

    it(
      'gives what is asked for in order, page by page, each row once with what was selected, and counts it',
      async () => {
        await check(questions.page, async (question) => {
          const wanted = model.rows(question)
          const { pages, found } = await readAll(source, question)
          expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
          expectRows(found, wanted, question.elements, keepsDigits)
          for (const page of pages) {
            expectEnd(page, found, wanted)
            expect(page.truncated ?? false).toBe(false)
            expect(page.dropped ?? 0).toBe(0)
            expect(page.count).toBe(question.count ? model.count(question) : undefined)
          }
        })
      },
      PATIENTLY_MS,
    )

    it(
      'says why rows are closed where that is to be told, whatever page is asked for',
      async () => {
        await check(questions.page, async (question) => {
          const { closedFor, known } = await source.read(question, signal)
          const told = question.tellClosed && question.closed ? model.closedFor(question) : []
          expect([...(closedFor ?? [])].sort()).toEqual(told)
          if (!question.tellClosed) expect(closedFor).toBeUndefined()
          if (model.of(question.patient).length === 0 && knowsPatients) expect(known).toBe(false)
        })
      },
      PATIENTLY_MS,
    )

    it(
      'begins behind any place, also one where no row stands',
      async () => {
        const [patient = nobody] = patients
        const all = model.of(patient)
        for (const at of [all.at(0), all.at(all.length / 2)]) {
          if (!at) continue
          for (const d of ['', '~']) {
            for (const order of ['NEWEST_FIRST', 'OLDEST_FIRST'] as const) {
              const after = { t: at.t, i: at.identity, d }
              const question: PageQuestion = {
                ...everything(patient),
                order,
                after,
                count: false,
                limit: 3,
              }
              const { rows: found } = await source.read(question, signal)
              const behind = model
                .rows({ ...everything(patient), order })
                .filter((row) => isBehind(row, after, order))
              expect(found.map(({ id }) => id)).toEqual(behind.slice(0, 3).map(({ id }) => id))
            }
          }
        }
      },
      PATIENTLY_MS,
    )

    it(
      'gives the newest of each code, and the newest that is shown',
      async () => {
        await check(questions.latest, async (question) => {
          const { items, closedFor, truncated = false } = await source.latest(question, signal)
          const wanted = model.latest(question)
          expect(truncated).toBe(false)
          expect(items.map((item) => item.map(({ id }) => id))).toEqual(
            wanted.map((item) => item.map(({ id }) => id)),
          )
          for (const [at, item] of items.entries()) {
            expectRows(item, wanted[at] ?? [], question.elements, keepsDigits)
          }
          const codes = question.items.flat()
          const told =
            question.tellClosed && question.closed ? model.closedFor({ ...question, codes }) : []
          expect([...(closedFor ?? [])].sort()).toEqual(told)
        })
      },
      PATIENTLY_MS,
    )

    it(
      'gives the values of a period, of too many the newest',
      async () => {
        await check(questions.trend, async (question) => {
          const trend = await source.trend(question, signal)
          const wanted = model.trend(question)
          expect(trend.rows.map(({ id }) => id)).toEqual(
            wanted.slice(0, question.limit).map(({ id }) => id),
          )
          expect(trend.more).toBe(wanted.length > question.limit)
          trend.rows.forEach((row, index) => {
            const fact = wanted[index]
            expect(row.identified).toBe(fact?.identifier !== undefined)
            expect(numbers(row.resource, keepsDigits)).toEqual(
              askedValue(fact, question.codes, keepsDigits),
            )
          })
          const told = question.tellClosed && question.closed ? model.closedFor(question) : []
          expect([...(trend.closedFor ?? [])].sort()).toEqual(told)
        })
      },
      PATIENTLY_MS,
    )

    it(
      'says of rows that a log names whether they are open, and nothing of others',
      async () => {
        await check(questions.shown, async (question) => {
          const own = model.of(question.patient)
          const named = own.filter(({ id }) => question.ids.includes(id))
          const shown = await source.shown(question, signal)
          const wanted = named.map((row) => [row.id, !isShut(row, question.closed ?? [])] as const)
          expect(new Map(shown)).toEqual(new Map(wanted))
        })
      },
      PATIENTLY_MS,
    )

    it(
      'knows its patients, and nobody else',
      async () => {
        const stranger = { known: false, asOfMs: expect.any(Number) }
        expect(await source.read(everything(nobody), signal)).toEqual({
          ...stranger,
          ...{ rows: [], more: false, count: 0 },
        })
        for (const { identifier, names } of population.patients) {
          expect((await source.read(everything(identifier), signal)).known).toBe(true)
          if (!knowsPatients) continue
          const found = await source.names({ patient: identifier }, signal)
          const timeless = found.names.map((one) => ({ ...one, recordedMs: 0 }))
          const byUse = (a: { use?: string }, b: { use?: string }) =>
            (a.use ?? '') < (b.use ?? '') ? -1 : 1
          expect(timeless.toSorted(byUse)).toEqual(names.toSorted(byUse))
          expect(found.known).toBe(true)
        }
        expect(await source.names({ patient: nobody }, signal)).toEqual({ ...stranger, names: [] })
      },
      PATIENTLY_MS,
    )

    classConformance(population, () => ({ source, model: plans }), {
      ...{ runs: Math.ceil((options.runs ?? RUNS) / 4), seed: SEED, patiently: PATIENTLY_MS },
    })

    it('ends when nobody waits any more', async () => {
      const [patient = nobody] = patients
      const gone = AbortSignal.abort(new Error('gone'))
      await expect(source.read(everything(patient), gone)).rejects.toThrow()
    })

    it('is well', () => {
      expect(source.health().ok).toBe(true)
      expect(source.system).not.toMatch(/:\/\//)
    })
  })
}

/** Where a page tells whether its last row's identity ends there, it tells so truly. */
function expectEnd(
  { rows, endsIdentity }: Page,
  found: readonly SourceRow[],
  wanted: readonly Placed[],
): void {
  const end = found.findIndex(({ id }) => id === rows.at(-1)?.id)
  const [last, next] = [wanted[end], wanted[end + 1]]
  if (endsIdentity === undefined || !last || !next) return
  expect(endsIdentity).toBe(last.t !== next.t || last.identity !== next.identity)
}

async function readAll(source: Source, question: PageQuestion) {
  const pages: Page[] = []
  const found: SourceRow[] = []
  let after = question.after
  while (pages.length < MOST_PAGES) {
    const page = await source.read({ ...question, ...(after && { after }) }, signal)
    pages.push(page)
    found.push(...page.rows)
    expect(page.rows.length).toBeLessThanOrEqual(question.limit)
    const last = page.rows.at(-1)
    if (!page.more || !last) break
    after = { t: last.t, i: last.identity, d: last.id }
  }
  expect(pages.at(-1)?.more).toBe(false)
  return { pages, found }
}

function expectRows(
  rows: readonly SourceRow[],
  facts: readonly Placed[],
  elements: readonly string[],
  keepsDigits: boolean,
): void {
  for (const [index, row] of rows.entries()) {
    expectRow(row, facts[index], elements, keepsDigits)
  }
}

function expectRow(
  row: SourceRow,
  fact: Placed | undefined,
  elements: readonly string[],
  keepsDigits: boolean,
): void {
  if (!fact) throw new Error('a row too many')
  const { id, identity, t, precision, status, owner, authorKind } = fact
  expect(row).toMatchObject({ id, identity, t, precision, status, owner, authorKind })
  expect(row.content).toMatch(/^[0-9a-f]{32}$/)
  expect(row.version).toBeGreaterThan(0)
  expect(numbers(row.resource, keepsDigits)).toEqual(
    pick(numbers(fact.resource, keepsDigits), elements),
  )
}

const pick = (resource: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name)))

/** A resource whose numbers keep their digits, where the system does. */
const numbers = (json: string, keepsDigits: boolean): Record<string, unknown> =>
  JSON.parse(keepsDigits ? json.replace(/"value":\s*([\d.]+)/g, '"value":"$1"') : json) as Record<
    string,
    unknown
  >

function askedValue(fact: Placed | undefined, codes: readonly string[], keepsDigits: boolean) {
  const whole = numbers(fact?.resource ?? '{}', keepsDigits)
  const parts = (whole['component'] ?? []) as readonly Record<string, unknown>[]
  const isCoded = (part: Record<string, unknown>): boolean => {
    const { coding } = part['code'] as { coding: readonly { system: string; code: string }[] }
    return coding.some(({ system, code }) => codes.includes(`${system}|${code}`))
  }
  const part = parts.length === 0 || isCoded(whole) ? whole : parts.find(isCoded)
  return pick(part ?? {}, ['valueQuantity', 'valueInteger'])
}

function isBehind(
  row: Placed,
  { t, i, d }: { readonly t: number; readonly i: string; readonly d: string },
  order: PageQuestion['order'],
): boolean {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const place = row.t - t || compare(row.identity, i) || compare(row.id, d)
  return order === 'NEWEST_FIRST' ? place < 0 : place > 0
}
