import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { type Holdings, inputFor, maySee, openHoldings, signHoldings } from '@kilde/locate'
import { generateKey, publicPart } from '@kilde/trust'
import { type LocalEvaluator, localEvaluator } from '../../kit/evaluator.js'
import { numberOf, startMany } from './many.js'
import { people } from './people.js'

/** `npm run bench:locate -- --attack` takes all 10,000. */
const PEOPLE = Number(process.env['KILDE_LOCATE_PEOPLE'] || 1_000)
const RATE = 0.01
const TIME_MS = 120_000 + PEOPLE * 100
const wanted = { organization: numberOf(1), dataClass: 'Observation' }
const tokens = people(PEOPLE).map((value) => identifierToken(parsePatientIdentifier(value)))
const members = tokens.slice(0, PEOPLE / 2)
const others = tokens.slice(PEOPLE / 2)

/** RFC 9497 §3.3.1: the output of an element that is not blinded any more. */
function finalized(token: string, element: Uint8Array): string {
  const input = inputFor(token)
  const length = (bytes: Uint8Array): Buffer => Buffer.from([bytes.length >> 8, bytes.length & 255])
  const parts = [length(input), input, length(element), element, Buffer.from('Finalize')]
  return createHash('sha512').update(Buffer.concat(parts)).digest('hex')
}

/** Share of these for whom the filter says yes, by what somebody takes for their outputs. */
const shareOf = (filter: Holdings, outputs: readonly Uint8Array[]): number =>
  outputs.filter((output) => maySee(filter, output)).length / outputs.length

describe(`Whoever knows all ${PEOPLE} numbers`, () => {
  let evaluator: LocalEvaluator
  let filter: Holdings
  beforeAll(async () => {
    evaluator = localEvaluator()
    const key = await generateKey()
    const jws = await signHoldings(
      {
        ...{ ...wanted, covers: [], asOfMs: 0, falsePositiveRate: RATE },
        ...{ epoch: evaluator.epoch, outputs: evaluator.outputs(members) },
      },
      key,
    )
    filter = await openHoldings(jws, [publicPart(key)], wanted)
  }, TIME_MS)

  it(
    'and has the filter, but not the key, learns of nobody whether they are in it',
    () => {
      const guesses: ((all: readonly string[]) => readonly Uint8Array[])[] = [
        // The sums of the filter itself over what is known of a person: the input, its digest.
        (all) => all.map((token) => createHash('sha512').update(inputFor(token)).digest()),
        (all) => all.map((token) => Buffer.alloc(64, inputFor(token))),
        // Another key of the attacker's own.
        (all) => localEvaluator().outputs(all.slice(0, 300)),
      ]
      // Those who are in it are told yes as rarely as those who are not: as strangers are.
      const slack = 4 * Math.sqrt(RATE / 300) + RATE
      for (const guess of guesses) {
        expect(shareOf(filter, guess(members))).toBeLessThan(slack)
        expect(shareOf(filter, guess(others))).toBeLessThan(slack)
      }
      // With the key it is otherwise: the filter is good for what it is for.
      expect(shareOf(filter, evaluator.outputs(members))).toBe(1)
      expect(shareOf(filter, evaluator.outputs(others))).toBeLessThan(slack)
    },
    TIME_MS,
  )

  it(
    'and has the key, and all that the evaluator ever saw, but no filter, learns of nobody who was asked about',
    () => {
      const seen = localEvaluator({ keepsSeen: true })
      const asked = tokens.slice(0, 200)
      const outputs = seen.outputs(asked)
      const again = localEvaluator({ keepsSeen: true, key: seen.key })
      again.outputs(asked)
      // What the key makes of a number without a blind: this the evaluator would have to find.
      const bare = asked.map((token) => seen.unblinded(token))
      expect(bare.map((element, at) => finalized(asked[at] ?? '', element))).toEqual(
        outputs.map((output) => Buffer.from(output).toString('hex')),
      )
      const elements = [...seen.seen, ...again.seen]
      expect(elements).toHaveLength(4 * asked.length)
      // Nobody's element comes twice, and none is one of these.
      expect(new Set(elements).size).toBe(elements.length)
      const found = bare.filter((element) =>
        elements.includes(Buffer.from(element).toString('hex')),
      )
      expect(found).toHaveLength(0)
    },
    TIME_MS,
  )

  it(
    'cannot tell two organisations’ filters of the same patients from those of different ones',
    async () => {
      const key = await generateKey()
      const bitsOf = async (organization: string, held: readonly string[]) => {
        const place = { ...wanted, organization }
        const content = { ...place, covers: [], asOfMs: 0, falsePositiveRate: RATE }
        const outputs = evaluator.outputs(held)
        const jws = await signHoldings({ ...content, epoch: evaluator.epoch, outputs }, key)
        return (await openHoldings(jws, [publicPart(key)], place)).bits
      }
      const common = (one: Buffer, other: Buffer): number => {
        let bits = 0
        one.forEach((byte, at) => {
          bits += (byte & (other[at] ?? 0)).toString(2).split('1').length - 1
        })
        return bits / one.length / 8
      }
      const first = await bitsOf(numberOf(1), members)
      const same = common(first, await bitsOf(numberOf(2), members))
      const different = common(first, await bitsOf(numberOf(2), others))
      expect(Math.abs(same - different)).toBeLessThan(0.03)
    },
    TIME_MS,
  )
})

describe('A gateway whose memory is taken', () => {
  it(
    'knows what numbers come to for as long as their requests, and of nobody after that',
    async () => {
      const many = await startMany({ count: 25 })
      for (let index = 0; index < 25; index += 1) await many.publish(numberOf(index), people(5))
      const kept: WeakRef<object>[] = []
      const { evaluate } = many.evaluator
      many.evaluator.evaluate = async (epochs, asked) => {
        const outputs = await evaluate(epochs, asked)
        // Copies, as the network gives them: the test's own evaluator remembers what it made.
        const fresh = new Map(
          [...outputs].map(([id, all]) => [id, all.map((output) => Uint8Array.from(output))]),
        )
        for (const output of [...fresh.values()].flat()) kept.push(new WeakRef(output))
        return fresh
      }
      for (const number of people(40)) await many.ask(number)
      expect(kept).toHaveLength(40)
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc') as () => void
      for (let round = 0; round < 20 && kept.some((one) => one.deref()); round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        collect()
      }
      expect(kept.filter((one) => one.deref())).toHaveLength(0)
      await many.stop()
    },
    TIME_MS,
  )
})
