import { describe, expect, it } from '@jest/globals'
import { type Finding, SourceCircuit } from '../../src/transport/source-circuit.js'
import { VirtualTimers } from './virtual-timers.js'

function setting() {
  const timers = new VirtualTimers()
  const told: boolean[] = []
  const circuit = new SourceCircuit(timers, (open) => told.push(open))
  const ask = (requester: string, finding: Finding, times = 1) => {
    for (let count = 0; count < times; count += 1) circuit.enter(requester)?.(finding)
  }
  const openFor = (...requesters: string[]) => requesters.map((name) => circuit.isOpenFor(name))
  return { timers, told, circuit, ask, openFor }
}

describe('The circuit of a source', () => {
  it('opens for a requester whose questions fail, and for nobody else', () => {
    const { told, ask, openFor } = setting()
    ask('heavy', 'BAD', 5)
    expect(openFor('heavy', 'other', 'third')).toEqual([true, false, false])
    expect(told).toEqual([])
  })

  it('stays closed for others however often one requester tries, for hours', async () => {
    const { timers, ask, openFor } = setting()
    for (let round = 0; round < 500; round += 1) {
      ask('heavy', 'BAD', 20)
      expect(openFor('other')).toEqual([false])
      ask('other', 'GOOD')
      await timers.pass(10_000)
    }
  })

  it('opens for all when the questions of many fail', () => {
    const { told, ask, openFor } = setting()
    for (const requester of ['a', 'b', 'c', 'd']) ask(requester, 'BAD')
    expect(openFor('a', 'z')).toEqual([false, false])
    ask('e', 'BAD')
    expect(openFor('a', 'z')).toEqual([true, true])
    expect(told).toEqual([true])
  })

  it('opens for all where nobody listens: that is no fault of a question', () => {
    const { ask, openFor } = setting()
    ask('a', 'DOWN', 5)
    expect(openFor('a', 'z')).toEqual([true, true])
  })

  it('counts questions that were under way together when the first of them failed', () => {
    const { circuit, openFor } = setting()
    const permits = Array.from({ length: 5 }, () => circuit.enter('heavy'))
    for (const permit of permits) permit?.('BAD')
    expect(openFor('heavy', 'other')).toEqual([true, false])
  })

  it('lets another requester probe at once after one whose probe failed by itself', async () => {
    const { timers, told, ask, openFor } = setting()
    ask('a', 'DOWN', 5)
    await timers.pass(1_000)
    ask('heavy', 'BAD')
    expect(openFor('heavy', 'other')).toEqual([true, false])
    ask('other', 'GOOD')
    expect(openFor('heavy', 'other')).toEqual([true, false])
    expect(told).toEqual([true, false])
    await timers.pass(1_000)
    expect(openFor('heavy')).toEqual([false])
  })

  it('cannot be kept open by one requester who probes with questions that fail', async () => {
    const { timers, ask, openFor } = setting()
    ask('a', 'DOWN', 5)
    await timers.pass(1_000)
    for (let round = 0; round < 100; round += 1) {
      ask('heavy', 'BAD')
      expect(openFor('other')).toEqual([false])
      await timers.pass(500)
    }
  })

  it('closes for a requester with the first question of theirs that is answered', async () => {
    const { timers, ask, openFor } = setting()
    ask('heavy', 'BAD', 5)
    await timers.pass(1_000)
    ask('heavy', 'GOOD')
    expect(openFor('heavy')).toEqual([false])
  })

  it('remembers no more than some hundred requesters', () => {
    const { ask, openFor } = setting()
    ask('nobody in particular', 'GOOD', 20)
    ask('first', 'BAD', 5)
    const fail = (from: number, to: number) => {
      for (let count = from; count < to; count += 1) {
        ask(`other ${count}`, 'BAD')
        ask('nobody in particular', 'GOOD', 2)
      }
    }
    fail(0, 150)
    expect(openFor('first')).toEqual([true])
    fail(150, 350)
    expect(openFor('first')).toEqual([false])
  })
})
