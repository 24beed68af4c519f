import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { localEvaluator } from '../../kit/evaluator.js'
import { dataClass, MAX_AGE_MS, type Many, numberOf, startMany } from './many.js'
import { people } from './people.js'

const [own, second, third, hidden, old] = [0, 1, 2, 3, 4].map(numberOf) as [
  string,
  string,
  string,
  string,
  string,
]
const [patient, stranger, formerly] = people(3) as [string, string, string]
const COUNT = 25

describe('25 organisations, of which each publishes whom it may hold data of', () => {
  let many: Many
  beforeAll(async () => {
    many = await startMany({ count: COUNT })
  })
  afterAll(() => many.stop())
  beforeEach(async () => {
    many.filters.clear()
    many.evaluator.down = false
    many.silent.clear()
    for (let index = 0; index < COUNT; index += 1)
      if (numberOf(index) !== hidden) await many.publish(numberOf(index), [stranger])
    await many.publish(second, [stranger, patient])
  })
  const told = async (identifier: string, number: string) =>
    (await many.ask(identifier)).sources.find(({ organization }) => organization === number)

  it('are asked only where the patient may be, at home, and where nothing is disclosed', async () => {
    const { complete, completeness, sources } = await many.ask(patient)
    expect(many.asked.sort()).toEqual([own, second, hidden].sort())
    expect(completeness).toEqual({ agreed: 25, asked: 3, notAsked: 22 })
    expect(complete).toBe(true)
    expect(sources.map(({ organization }) => organization).sort()).toEqual(
      Array.from({ length: COUNT }, (_, index) => numberOf(index)),
    )
  })

  it('are all told of; one that is not asked says as of when it held nothing', async () => {
    expect(await told(patient, third)).toEqual({
      organization: third,
      status: 'NOT_ASKED',
      reason: 'NOT_HELD',
      asOf: '2026-11-22T12:00:00.000Z',
    })
    expect(await told(patient, second)).toMatchObject({ status: 'EMPTY', reason: null })
  })

  it('are all asked where the evaluator is out, and the answer says why', async () => {
    many.evaluator.down = true
    const { complete, sources } = await many.ask(patient)
    expect(many.asked).toHaveLength(COUNT)
    expect(complete).toBe(true)
    expect(sources.filter(({ reason }) => reason === 'INDEX_UNAVAILABLE')).toHaveLength(COUNT - 2)
  })

  it('asks one whose filter is too old all the same, and says so', async () => {
    await many.publish(old, [], { asOfMs: many.nowMs - MAX_AGE_MS - 1 })
    expect(await told(patient, old)).toMatchObject({ status: 'EMPTY', reason: 'INDEX_STALE' })
    await many.publish(old, [], { asOfMs: many.nowMs - MAX_AGE_MS })
    expect(await told(patient, old)).toMatchObject({ status: 'NOT_ASKED', reason: 'NOT_HELD' })
  })

  it('asks one that does not say that its filter holds still: somebody may have come in since', async () => {
    many.silent.add(third)
    const { complete } = await many.ask(patient)
    expect(many.asked).toContain(third)
    expect(complete).toBe(true)
    expect(await told(patient, third)).toMatchObject({ status: 'EMPTY', reason: 'INDEX_STALE' })
  })

  it('asks one whose filter is under a key that is gone, or under another key of the same name', async () => {
    await many.publish(old, [], { evaluator: localEvaluator() })
    expect(await told(patient, old)).toMatchObject({ reason: 'INDEX_UNAVAILABLE' })
    const impostor = localEvaluator()
    const epoch = { ...impostor.epoch, id: many.evaluator.epoch.id }
    await many.publish(old, [], { evaluator: { ...impostor, epoch } })
    expect(await told(patient, old)).toMatchObject({ reason: 'INDEX_UNAVAILABLE' })
  })

  it('asks one that has withdrawn its filter', async () => {
    many.filters.delete(`${third} ${dataClass}`)
    await many.ask(patient)
    expect(many.asked).toContain(third)
  })

  it('asks whom the request names, whatever its filter says', async () => {
    await many.ask(patient, `observations(first: 5, filter: { sources: ["${third}"] })`)
    expect(many.asked).toEqual([third])
  })

  it('asks the evaluator once for a request, and not at all where there is nothing to look up', async () => {
    const before = many.evaluator.evaluated
    await many.ask(patient)
    expect(many.evaluator.evaluated).toBe(before + 1)
    many.filters.clear()
    await many.ask(patient)
    expect(many.evaluator.evaluated).toBe(before + 1)
    expect(many.asked).toHaveLength(COUNT)
  })
})

it('Up to 20 organisations are all asked, and nobody is looked up', async () => {
  const many = await startMany({ count: 20 })
  for (let index = 0; index < 20; index += 1) await many.publish(numberOf(index), [])
  await many.ask(patient)
  expect(many.asked).toHaveLength(20)
  expect(many.evaluator.evaluated).toBe(0)
  await many.stop()
})

describe('A number that was changed', () => {
  it('is followed: who holds data under an earlier number is asked', async () => {
    const many = await startMany({
      count: COUNT,
      numbersOf: async (value) => (value === patient ? [patient, formerly] : [value]),
    })
    for (let index = 0; index < COUNT; index += 1) await many.publish(numberOf(index), [stranger])
    await many.publish(second, [formerly])
    await many.ask(patient)
    expect(many.asked.sort()).toEqual([own, second].sort())
    await many.stop()
  })

  it('widens the question where it cannot be told what numbers a person has had', async () => {
    const many = await startMany({
      count: COUNT,
      numbersOf: () => Promise.reject(new Error('base data are out')),
    })
    for (let index = 0; index < COUNT; index += 1) await many.publish(numberOf(index), [stranger])
    await many.ask(patient)
    expect(many.asked).toHaveLength(COUNT)
    await many.stop()
  })
})

describe('An organisation that was merged into another', () => {
  const merged = numberOf(COUNT - 1)
  const start = () =>
    startMany({
      count: COUNT,
      alter: (state) => ({
        ...state,
        organizations: state.organizations.map((one) =>
          one.number === merged
            ? { ...one, endpoint: undefined, dataClasses: [], successor: third }
            : one,
        ),
      }),
    })

  it('is followed: a filter from before the merger spares its successor nothing', async () => {
    const many = await start()
    await many.publish(third, [])
    await many.ask(patient)
    expect(many.asked).toContain(third)
    await many.publish(third, [], { covers: [merged] })
    await many.ask(patient)
    expect(many.asked).not.toContain(third)
    await many.stop()
  })
})
