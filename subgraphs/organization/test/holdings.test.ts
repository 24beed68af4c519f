import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import {
  blind,
  type Epoch,
  evaluate,
  evaluateTokens,
  type Holdings as Filter,
  finalize,
  generateOprfKey,
  inputFor,
  LocateError,
  maySee,
  openHoldings,
  openWord,
  type SendToEvaluator,
  type Word,
} from '@kilde/locate'
import { patients } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import { arrivalsOf } from '../src/holdings/arrivals.js'
import { createHoldings, type Holdings } from '../src/holdings/publisher.js'
import { holdingsProblems } from '../src/holdings/settings.js'

const organization = '310000108'
const patient = parsePatientIdentifier(patients.copd.identifier)
const stranger = parsePatientIdentifier(patients.diabetes.identifier)
const key = generateOprfKey()
const publicKey = Buffer.from(key.publicKey).toString('base64url')
const epochOf = (id: string): Epoch => ({ id, publicKey, fromMs: 0, untilMs: 1e15 })

function outputOf(who: PatientIdentifier): Uint8Array {
  const blinded = [blind(inputFor(identifierToken(who)))]
  const elements = blinded.map(({ element }) => element)
  const [output = new Uint8Array()] = finalize(blinded, evaluate(key, elements), key.publicKey)
  return output
}

describe('The filters of an organisation', () => {
  let signing: PrivateJwk
  let held: PatientIdentifier[]
  let batches: number[]
  let isDown: boolean
  let epoch: Epoch
  let nowMs: number
  let covers: string[]
  let holdings: Holdings

  const send: SendToEvaluator = async ({ body }) => {
    if (isDown) throw new LocateError('LOCATOR_UNREACHABLE')
    const { epochs, elements } = body as { epochs: string[]; elements: string[] }
    batches.push(elements.length)
    const answer = evaluate(
      key,
      elements.map((text) => Buffer.from(text, 'base64url')),
    )
    const evaluation = {
      epoch: epochs[0],
      elements: answer.elements.map((one) => Buffer.from(one).toString('base64url')),
      proof: Buffer.from(answer.proof).toString('base64url'),
    }
    const text = JSON.stringify({ evaluations: [evaluation] })
    return { statusCode: 200, body: [Buffer.from(text)] } as unknown as Awaited<
      ReturnType<SendToEvaluator>
    >
  }
  const start = (refreshMs = 200) => {
    holdings = createHoldings({
      ...{
        organization,
        dataClasses: ['Observation', 'CarePlan'],
        key: signing,
        refreshMs,
        send,
        wordMs: 200,
      },
      source: {
        patients: async (dataClass) => (dataClass === 'Observation' ? [...held] : undefined),
      },
      covers: () => covers,
      falsePositiveRate: 0.001,
      epochs: async () => [epoch],
      logger: silentLogger,
      now: () => nowMs,
    })
    holdings.start()
  }
  const opened = async (): Promise<Filter | undefined> => {
    const jws = holdings.of('Observation')
    const wanted = { organization, dataClass: 'Observation' }
    return jws === undefined ? undefined : openHoldings(jws, [publicPart(signing)], wanted)
  }
  const until = async (test: (filter: Filter) => boolean): Promise<Filter> => {
    for (;;) {
      const filter = await opened()
      if (filter && test(filter)) return filter
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  beforeAll(async () => {
    signing = await generateKey()
  })
  beforeEach(() => {
    held = [patient]
    batches = []
    isDown = false
    epoch = epochOf('one')
    nowMs = 1_000_000
    covers = []
  })
  afterEach(() => holdings.stop())

  it('hold whom the source lists, and say as of when', async () => {
    start()
    const filter = await until(() => true)
    expect(maySee(filter, outputOf(patient))).toBe(true)
    expect(maySee(filter, outputOf(stranger))).toBe(false)
    expect(filter).toMatchObject({ organization, epoch: 'one', asOfMs: 1_000_000 })
  })

  it('are only of classes whose patients the source can list', async () => {
    start()
    await until(() => true)
    expect(holdings.of('CarePlan')).toBeUndefined()
  })

  it('take in a patient who is new, soon after the change or with the next whole list', async () => {
    start(100_000)
    await until(() => true)
    held.push(stranger)
    nowMs += 5
    holdings.changed()
    expect(maySee(await until(({ asOfMs }) => asOfMs > 1_000_000), outputOf(stranger))).toBe(true)
    await holdings.stop()
    start(200)
    held.pop()
    await until(() => true)
    held.push(stranger)
    nowMs += 5
    // Nobody told of this change: it is found all the same.
    await until((filter) => maySee(filter, outputOf(stranger)))
  })

  it('forget a patient of whom nothing is held any more', async () => {
    held.push(stranger)
    start()
    await until((filter) => maySee(filter, outputOf(stranger)))
    held.pop()
    await until((filter) => !maySee(filter, outputOf(stranger)))
  })

  it('show the evaluator neither how many they hold nor that one is new', async () => {
    start()
    await until(() => true)
    held.push(stranger)
    nowMs += 5
    await until(({ asOfMs }) => asOfMs > 1_000_000)
    expect(batches).toEqual([16, 16])
  })

  it('are built anew under a new key', async () => {
    start()
    await until(() => true)
    epoch = epochOf('two')
    expect(maySee(await until((filter) => filter.epoch === 'two'), outputOf(patient))).toBe(true)
  })

  it('stay as they were, and grow old, while the evaluator is out', async () => {
    start()
    await until(() => true)
    isDown = true
    held.push(stranger)
    nowMs += 5
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await opened())?.asOfMs).toBe(1_000_000)
    isDown = false
    await until(({ asOfMs }) => asOfMs > 1_000_000)
  })

  describe('hold, by its word,', () => {
    let words: Word[]
    let leave: () => void
    const follow = async () => {
      words = []
      const send = (_event: string, jws: string): boolean => {
        void openWord(jws, [publicPart(signing)], organization).then((word) => words.push(word))
        return true
      }
      leave = holdings.words.listen({ clientId: 'gateway', send, close: () => {} })
      await spoken(({ filters }) => filters.size > 0)
    }
    const spoken = async (test: (word: Word) => boolean): Promise<Word> => {
      for (;;) {
        const last = words.at(-1)
        if (last && test(last)) return last
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    const arrival = (who: PatientIdentifier) => [
      { dataClass: 'Observation', patient: identifierToken(who) },
    ]
    beforeEach(async () => {
      start(100_000)
      await until(() => true)
      await follow()
    })
    afterEach(() => leave())

    it('again and again, of just the filter that is published', async () => {
      const count = words.length
      nowMs += 7
      await spoken(({ asOfMs }) => asOfMs === nowMs && words.length > count)
      const { digest } = (await opened()) as Filter
      expect(words.at(-1)?.filters).toEqual(new Map([['Observation', digest]]))
    })

    it('no longer from before somebody new comes in until a filter has them', async () => {
      const before = (await opened())?.digest
      const over = await holdings.coming(arrival(stranger))
      await spoken(({ filters }) => filters.size === 0)
      // A list that was read meanwhile may lack them.
      nowMs += 5
      held.push(stranger)
      over()
      const filter = await until(({ asOfMs }) => asOfMs === nowMs)
      expect(maySee(filter, outputOf(stranger))).toBe(true)
      await spoken(({ filters }) => filters.get('Observation') === filter.digest)
      expect(filter.digest).not.toBe(before)
    })

    it('not again where filters were built of a list from before it was in', async () => {
      const over = await holdings.coming(arrival(stranger))
      const count = words.length
      holdings.changed()
      await spoken(() => words.length > count + 8)
      expect(words.slice(count).every(({ filters }) => filters.size === 0)).toBe(true)
      over()
    })

    it('all the while, where what comes in is of somebody who is in it', async () => {
      const over = await holdings.coming(arrival(patient))
      const count = words.length
      await spoken(() => words.length > count)
      over()
      await spoken(() => words.length > count + 1)
      expect(words.every(({ filters }) => filters.size === 1)).toBe(true)
    })
  })

  it('name the closed organisations whose patients are in them', async () => {
    covers = ['310000205']
    start()
    expect((await until(() => true)).covers).toEqual(['310000205'])
  })
})

it('An evaluator that answers for another key than it named is not believed', async () => {
  const other = generateOprfKey()
  const send: SendToEvaluator = async ({ body }) => {
    const { elements } = body as { elements: string[] }
    const answer = evaluate(
      other,
      elements.map((text) => Buffer.from(text, 'base64url')),
    )
    const evaluation = {
      epoch: 'one',
      elements: answer.elements.map((one) => Buffer.from(one).toString('base64url')),
      proof: Buffer.from(answer.proof).toString('base64url'),
    }
    const text = JSON.stringify({ evaluations: [evaluation] })
    return { statusCode: 200, body: [Buffer.from(text)] } as never
  }
  const asked = evaluateTokens(send, [epochOf('one')], ['urn:test|1'], new AbortController().signal)
  await expect(asked).rejects.toMatchObject({ code: 'LOCATOR_UNTRUSTED' })
})

it('A node without a key for its signature does not start with filters on', () => {
  const tenants = [{ number: organization }]
  expect(holdingsProblems({ KILDE_HOLDINGS: 'on' }, tenants)).toEqual([
    'KILDE_HOLDINGS: 310000108 has no page key to sign its filters with',
  ])
  expect(holdingsProblems({ KILDE_HOLDINGS: 'off' }, tenants)).toEqual([])
})

it('A node of several processes publishes no filters: one does not know whom another takes in', () => {
  const config = { KILDE_HOLDINGS: 'on', REDIS_URL: 'redis://127.0.0.1' } as const
  expect(holdingsProblems(config, [{ number: organization, pageKey: {} }])).toEqual([
    'KILDE_HOLDINGS: not with REDIS_URL: processes do not tell each other whom they take in',
  ])
})

it('What comes in is of each class of data that it is taken in for', () => {
  const resource = { patient: stranger, class: 'CarePlan' }
  const row = { patient }
  const name = { patient: stranger }
  const taken = [[row, row], false, [name], [resource]] as unknown
  const found = arrivalsOf(...(taken as Parameters<typeof arrivalsOf>))
  expect(found).toEqual([
    { dataClass: 'Observation', patient: identifierToken(patient) },
    { dataClass: 'Patient', patient: identifierToken(stranger) },
    { dataClass: 'CarePlan', patient: identifierToken(stranger) },
  ])
})
