import { describe, expect, it } from '@jest/globals'
import type { ClassPage, ClassQuestion, ShownQuestion, Source } from '@kilde/organization/sources'
import fc from 'fast-check'
import type { PlanFact, Population } from './facts.js'
import { isShut, Model, type Placed } from './model.js'
import { nobody } from './population.js'
import { questionsAbout } from './questions.js'

const signal = new AbortController().signal

/** Plans by the rows' own model: filters by kind come besides. */
export class PlanModel {
  readonly #model: Model
  readonly #plans: ReadonlyMap<string, PlanFact>

  constructor(population: Population, idOf: (key: string) => string) {
    this.#model = new Model({ ...population, facts: population.plans }, idOf)
    this.#plans = new Map(population.plans.map((plan) => [idOf(plan.key), plan]))
  }

  plan({ id }: Pick<Placed, 'id'>): PlanFact {
    const found = this.#plans.get(id)
    if (!found) throw new Error('a row too many')
    return found
  }

  of(patient: ClassQuestion['patient']): readonly Placed[] {
    return this.#model.of(patient)
  }

  rows(question: ClassQuestion): readonly Placed[] {
    return this.#model
      .rows({ ...question, abnormalOnly: false })
      .filter((row) => this.#isAsked(row, question))
  }

  closedFor(question: ClassQuestion): readonly string[] {
    const { closed = [], status, fromMs, untilMs } = question
    const meant = this.of(question.patient).filter(
      (row) =>
        status.includes(row.status) &&
        this.#isAsked(row, question) &&
        (fromMs === undefined || row.t >= fromMs) &&
        (untilMs === undefined || row.t < untilMs),
    )
    const found = closed.filter((one) => meant.some((row) => isShut(row, [one])))
    return [...new Set(found.map(({ why }) => why))].sort()
  }

  rivals({ patient, closed = [] }: ClassQuestion): readonly string[] {
    return this.of(patient)
      .filter((row) => this.plan(row).kind === 'SELF_TREATMENT' && !isShut(row, closed))
      .map(({ id }) => id)
      .toReversed()
      .slice(0, 100)
  }

  #isAsked(row: Placed, { facets }: ClassQuestion): boolean {
    return facets['kind']?.includes(this.plan(row).kind) ?? true
  }
}

interface Opened {
  readonly source: Source
  readonly model: PlanModel
}

/** What every source owes of the classes that are kept as FHIR resources, with plans, which are several resources, as the example. */
export function classConformance(
  population: Population,
  opened: () => Opened,
  {
    runs,
    seed,
    patiently,
  }: { readonly runs: number; readonly seed: number; readonly patiently: number },
): void {
  const patients = population.patients.map(({ identifier }) => identifier)
  const questions = () => {
    const { model } = opened()
    return questionsAbout(
      [...patients, ...patients, nobody],
      patients.flatMap((one) => model.of(one)),
    )
  }
  const check = <T>(arbitrary: fc.Arbitrary<T>, property: (question: T) => Promise<void>) =>
    fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: runs, seed })

  describe('of rows that are several resources', () => {
    it(
      'gives what is asked for in order, page by page, with what was selected, and counts it',
      async () => {
        const { source, model } = opened()
        await check(questions().own, async (question) => {
          const wanted = model.rows(question)
          const found = await readAll(source, question)
          const rows = found.flatMap((page) => page.rows)
          expect(rows.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
          rows.forEach((row, index) => {
            expectRow(row, wanted[index], model, question)
          })
          for (const { count, truncated, dropped, rivals, closedFor } of found) {
            expect({ truncated, dropped }).toEqual({ truncated: false, dropped: 0 })
            const counted = wanted.filter(({ status }) => question.status.includes(status)).length
            expect(count).toBe(question.count ? counted : undefined)
            expect(rivals.map(({ id }) => id)).toEqual(
              question.rivals ? model.rivals(question) : [],
            )
            const told = question.tellClosed && question.closed ? model.closedFor(question) : []
            expect([...(closedFor ?? [])].sort()).toEqual(told)
          }
        })
      },
      patiently,
    )

    it(
      'says of those that a log names whether they are open, and nothing of others',
      async () => {
        const { source, model } = opened()
        await check(questions().shown, async (asked) => {
          const question: ShownQuestion = { ...asked, class: 'CarePlan' }
          const named = model.of(question.patient).filter(({ id }) => question.ids.includes(id))
          const wanted = named.map((row) => [row.id, !isShut(row, question.closed ?? [])] as const)
          expect(new Map(await source.shown(question, signal))).toEqual(new Map(wanted))
        })
      },
      patiently,
    )
  })
}

async function readAll(source: Source, question: ClassQuestion): Promise<readonly ClassPage[]> {
  const pages: ClassPage[] = []
  let { after } = question
  for (;;) {
    const page = await source.rows({ ...question, ...(after && { after }) }, signal)
    pages.push(page)
    const last = page.rows.at(-1)
    if (!page.more || !last) return pages
    after = { t: last.t, i: last.identity, d: last.id }
  }
}

function expectRow(
  row: ClassPage['rows'][number],
  fact: Placed | undefined,
  model: PlanModel,
  { elements, related }: ClassQuestion,
): void {
  if (!fact) throw new Error('a row too many')
  const { identity, t, precision, status, owner } = fact
  const plan = model.plan(row)
  expect(row).toMatchObject({
    identity,
    t,
    precision,
    status,
    owner,
    facets: { kind: [plan.kind] },
  })
  const whole = JSON.parse(fact.resource) as Readonly<Record<string, unknown>>
  const shown = JSON.parse(row.resource) as Readonly<Record<string, unknown>>
  expect(Object.keys(shown).sort()).toEqual(elements.filter((name) => name in whole).sort())
  if ('title' in shown) expect(shown['title']).toBe(whole['title'])
  const types = row.related.map(
    ({ resource }) => (JSON.parse(resource) as { resourceType: string }).resourceType,
  )
  expect(types.sort()).toEqual(related ? plan.parts.map(({ type }) => type).sort() : [])
}
