import { describe, expect, it } from '@jest/globals'
import { CircuitBreaker, type Verdict } from '../../src/transport/circuit-breaker.js'
import { VirtualTimers } from './virtual-timers.js'

function setting() {
  const timers = new VirtualTimers()
  const told: boolean[] = []
  const breaker = new CircuitBreaker(timers, (open) => told.push(open))
  const ask = (...verdicts: Verdict[]) => {
    for (const verdict of verdicts) breaker.enter()?.(verdict)
  }
  return { timers, told, breaker, ask }
}

const times = (count: number, verdict: Verdict): Verdict[] => Array<Verdict>(count).fill(verdict)

describe('A circuit', () => {
  it('opens when half of at least five questions went wrong', () => {
    const { breaker, ask } = setting()
    ask('BAD', 'GOOD', 'BAD', 'GOOD')
    expect(breaker.isOpen).toBe(false)
    ask('BAD')
    expect(breaker.isOpen).toBe(true)
    expect(breaker.enter()).toBeUndefined()
  })

  it('stays closed while fewer than half of the last twenty went wrong', () => {
    const { breaker, ask } = setting()
    for (let round = 0; round < 50; round += 1) ask('GOOD', 'GOOD', 'BAD')
    expect(breaker.isOpen).toBe(false)
  })

  it('goes by the last twenty only: a thousand good ones before do not hide ten bad ones', () => {
    const { breaker, ask } = setting()
    ask(...times(1_000, 'GOOD'), ...times(9, 'BAD'))
    expect(breaker.isOpen).toBe(false)
    ask('BAD')
    expect(breaker.isOpen).toBe(true)
  })

  it('forgets what went wrong long ago', async () => {
    const { timers, breaker, ask } = setting()
    ask(...times(4, 'BAD'))
    await timers.pass(30_001)
    ask(...times(4, 'BAD'))
    expect(breaker.isOpen).toBe(false)
  })

  it('does not count what tells nothing of the source', () => {
    const { breaker, ask } = setting()
    ask(...times(100, 'NONE'), ...times(4, 'BAD'), ...times(100, 'NONE'))
    expect(breaker.isOpen).toBe(false)
  })

  it('lets one probe through after a second, and tells the others at once meanwhile', async () => {
    const { timers, breaker, ask } = setting()
    ask(...times(5, 'BAD'))
    await timers.pass(999)
    expect(breaker.isOpen).toBe(true)
    await timers.pass(1)
    const probe = breaker.enter()
    expect([typeof probe, breaker.enter(), breaker.isOpen]).toEqual(['function', undefined, true])
  })

  it('closes with a good probe, and starts counting anew', async () => {
    const { timers, told, breaker, ask } = setting()
    ask(...times(5, 'BAD'))
    await timers.pass(1_000)
    ask('GOOD', ...times(4, 'BAD'))
    expect([breaker.isOpen, told]).toEqual([false, [true, false]])
  })

  it('waits longer after each bad probe, but never more than four seconds', async () => {
    const { timers, told, breaker, ask } = setting()
    ask(...times(5, 'BAD'))
    await timers.pass(1_000)
    for (const pauseMs of [2_000, 4_000, 4_000, 4_000]) {
      ask('BAD')
      await timers.pass(pauseMs - 1)
      expect(breaker.isOpen).toBe(true)
      await timers.pass(1)
      expect(breaker.isOpen).toBe(false)
    }
    expect(told).toEqual([true])
  })

  it('takes the next question for a probe where one told nothing, e.g. because its client left', async () => {
    const { timers, breaker, ask } = setting()
    ask(...times(5, 'BAD'))
    await timers.pass(1_000)
    ask('NONE')
    expect(breaker.isOpen).toBe(false)
    ask('GOOD')
    expect(breaker.isOpen).toBe(false)
  })

  it('hears nothing from questions of an earlier state: what they met is over', async () => {
    const { timers, breaker, ask } = setting()
    const before = Array.from({ length: 10 }, () => breaker.enter())
    ask(...times(5, 'BAD'))
    before[0]?.('GOOD')
    expect(breaker.isOpen).toBe(true)
    await timers.pass(1_000)
    ask('GOOD')
    for (const late of before) late?.('BAD')
    expect(breaker.isOpen).toBe(false)
  })
})
