import { expect, it } from '@jest/globals'
import { ServiceError } from '@kilde/service'
import fc from 'fast-check'
import { createBackoff } from '../src/backoff.js'
import { readEvents, type StreamEvent } from '../src/read-events.js'

async function* chunksOf(text: string, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
  places.sort((a, b) => a - b)
  for (const [index, place] of places.entries()) yield bytes.subarray(place, places[index + 1])
}

const faults = { unreachable: () => new ServiceError('NOT_FOUND') }

async function eventsOf(text: string, cuts: readonly number[] = [], maxBytes = 10_000) {
  const events: StreamEvent[] = []
  for await (const event of readEvents(chunksOf(text, cuts), maxBytes, faults)) events.push(event)
  return events
}

it('events are read whole, wherever the network cuts them', async () => {
  const text =
    ': comment\nevent: state\ndata: blåbær\n\ndata:one\ndata: two\nid: 3\n\nevent: none\n\n'
  const expected = [
    { event: 'state', data: 'blåbær' },
    { event: 'message', data: 'one\ntwo', id: '3' },
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(200)), async (cuts) => {
      expect(await eventsOf(text, cuts)).toEqual(expected)
      expect(await eventsOf(text.replaceAll('\n', '\r\n'), cuts)).toEqual(expected)
    }),
  )
})

it('an event that the connection cuts off is not taken for a whole one', async () => {
  expect(await eventsOf('event: state\ndata: half')).toEqual([])
})

it('an event that is too large ends the reading', async () => {
  const refused = faults.unreachable()
  await expect(eventsOf(`data: ${'x'.repeat(10_000)}\n\n`)).rejects.toThrow(refused)
  await expect(eventsOf('data: x\n'.repeat(1_001))).rejects.toThrow(refused)
})

it('waits grow to a bound, with a part that is left to chance', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(2_000), (random, times) => {
      const backoff = createBackoff(() => random)
      for (let time = 0; time < times; time += 1) backoff.next()
      const whole = Math.min(5_000, 200 * 2 ** times)
      expect(backoff.next()).toBeCloseTo(whole / 2 + (whole / 2) * random)
      backoff.reset()
      expect(backoff.next()).toBeCloseTo(100 + 100 * random)
    }),
  )
})
