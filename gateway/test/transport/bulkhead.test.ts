import { describe, expect, it } from '@jest/globals'
import { Budget } from '../../src/transport/budget.js'
import { Bulkhead, TooBusy } from '../../src/transport/bulkhead.js'
import { Ending } from '../../src/transport/ending.js'
import { Latencies } from '../../src/transport/latencies.js'
import { settle } from './virtual-timers.js'

describe('A bulkhead', () => {
  const end = new Ending()

  it('lets in as many as there are places, then as many wait, and refuses the rest at once', () => {
    const bulkhead = new Bulkhead({ maxInFlight: 2, maxQueued: 1 })
    expect([bulkhead.enter(end), bulkhead.enter(end)]).toEqual([undefined, undefined])
    expect(bulkhead.enter(end)).toBeInstanceOf(Promise)
    expect(() => bulkhead.enter(end)).toThrow(TooBusy)
  })

  it('gives a place that becomes free to the one that has waited longest', async () => {
    const bulkhead = new Bulkhead({ maxInFlight: 1, maxQueued: 5 })
    const order: number[] = []
    void bulkhead.enter(end)
    for (const number of [1, 2]) void bulkhead.enter(end)?.then(() => order.push(number))
    bulkhead.leave()
    await settle()
    expect(order).toEqual([1])
    bulkhead.leave()
    await settle()
    expect(order).toEqual([1, 2])
    bulkhead.leave()
    expect(bulkhead.enter(end)).toBeUndefined()
  })

  it('lets go at once of who waits when the question ends, and its place to wait is free again', async () => {
    const bulkhead = new Bulkhead({ maxInFlight: 1, maxQueued: 1 })
    void bulkhead.enter(end)
    const ending = new Ending()
    const waiting = bulkhead.enter(ending)
    ending.end(new Error('the client left'))
    await expect(waiting).rejects.toThrow('the client left')
    const next = bulkhead.enter(end)
    bulkhead.leave()
    await next
  })
})

describe('A budget', () => {
  it('allows one for each ten questions, counted from nothing', () => {
    const budget = new Budget(10)
    let taken = 0
    for (let question = 1; question <= 1_000; question += 1) {
      budget.earn()
      if (budget.take()) taken += 1
      expect(taken).toBeLessThanOrEqual(question / 10)
    }
    expect(taken).toBe(100)
  })

  it('does not save up for a storm', () => {
    const budget = new Budget(10)
    for (let question = 0; question < 100_000; question += 1) budget.earn()
    const taken = Array.from({ length: 100 }, () => budget.take()).filter(Boolean)
    expect(taken).toHaveLength(10)
  })
})

describe('The latencies of a source', () => {
  it('have a 95th percentile when there are enough of them', () => {
    const latencies = new Latencies()
    for (let ms = 1; ms < 20; ms += 1) latencies.note(ms)
    expect(latencies.p95()).toBeUndefined()
    latencies.note(20)
    expect(latencies.p95()).toBe(19)
  })

  it('follow the last hundred', () => {
    const latencies = new Latencies()
    for (let count = 0; count < 100; count += 1) latencies.note(1_000)
    for (let ms = 1; ms <= 100; ms += 1) latencies.note(ms)
    expect(latencies.p95()).toBe(95)
  })
})
