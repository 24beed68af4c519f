import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { agreementSet, createByProbe } from '@kilde/gateway'
import { dataClass, type Many, numberOf, startMany } from './many.js'
import { people } from './people.js'

const COUNT = 25
const [own, holder, silent, other] = [0, 1, 2, 3].map(numberOf) as [string, string, string, string]
const [patient, stranger] = people(2) as [string, string]

/** One way of finding out who has to be asked, over organisations of which one holds the patient and one says nothing. */
interface Way {
  readonly name: string
  /** Whether it ever spares anybody. */
  readonly spares: boolean
  readonly start: () => Promise<{ readonly many: Many; readonly fail: () => void }>
}

const agreements: Way = {
  name: 'agreements',
  spares: false,
  start: async () => ({
    many: await startMany({ count: COUNT, locator: agreementSet }),
    fail: () => {},
  }),
}

const filter: Way = {
  name: 'filter',
  spares: true,
  async start() {
    const many = await startMany({ count: COUNT })
    for (let index = 0; index < COUNT; index += 1) {
      const number = numberOf(index)
      if (number !== silent) await many.publish(number, number === holder ? [patient] : [stranger])
    }
    return {
      many,
      fail: () => {
        many.evaluator.down = true
      },
    }
  },
}

const probe: Way = {
  name: 'probe',
  spares: true,
  async start() {
    let isDown = false
    const locator = createByProbe(async (_asked, { number }, classes) => {
      if (isDown) throw new Error('no answer')
      const says = number === silent ? 'UNKNOWN' : number === holder ? 'YES' : 'NO'
      return { asOfMs: 0, holds: new Map(classes.map((one) => [one, says])) }
    })
    return {
      many: await startMany({ count: COUNT, locator }),
      fail: () => {
        isDown = true
      },
    }
  },
}

describe.each([agreements, filter, probe])('Who has to be asked, by $name', ({ start, spares }) => {
  let many: Many
  let fail: () => void
  beforeAll(async () => {
    const started = await start()
    many = started.many
    fail = started.fail
  })
  afterAll(() => many.stop())

  it('asks whoever may hold something, the requester’s own, and who says nothing', async () => {
    const { complete } = await many.ask(patient)
    expect(many.asked).toEqual(expect.arrayContaining([own, holder, silent]))
    expect(many.asked).toHaveLength(spares ? 3 : COUNT)
    expect(complete).toBe(true)
  })

  it('tells of each organisation of the agreement set, once, and of none otherwise', async () => {
    const { sources, completeness } = await many.ask(patient)
    expect(sources.map(({ organization }) => organization).sort()).toEqual(
      Array.from({ length: COUNT }, (_, index) => numberOf(index)),
    )
    expect(completeness.asked + completeness.notAsked).toBe(COUNT)
    for (const { status, reason, asOf } of sources)
      if (status === 'NOT_ASKED') expect([reason, typeof asOf]).toEqual(['NOT_HELD', 'string'])
  })

  it('asks whom the request names', async () => {
    await many.ask(patient, `observations(first: 5, filter: { sources: ["${other}"] })`)
    expect(many.asked).toEqual([other])
  })

  it('spares nobody for a class that it knows nothing of', async () => {
    expect(
      many.state.organizations.every(({ dataClasses }) => dataClasses.includes(dataClass)),
    ).toBe(true)
    await many.ask(patient, 'accessLog(first: 5)').catch(() => undefined)
    // Nobody has an agreement for logs here: the requester's own is asked, and never spared.
    expect(many.asked).toEqual([own])
  })

  it('asks everybody where it fails, and never fails the question', async () => {
    fail()
    const { sources } = await many.ask(patient)
    expect(many.asked).toHaveLength(COUNT)
    expect(sources.some(({ status }) => status === 'NOT_ASKED')).toBe(false)
  })
})
