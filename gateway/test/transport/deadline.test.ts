import { describe, expect, it } from '@jest/globals'
import { DeadlinePassed, Deadlines } from '../../src/transport/deadline.js'
import { Ending, untilEnd } from '../../src/transport/ending.js'
import { settle, VirtualTimers } from './virtual-timers.js'

function setting() {
  const timers = new VirtualTimers()
  const client = new AbortController()
  const question = { timeoutMs: 300, signal: client.signal }
  return { timers, client, question, deadlines: new Deadlines(timers) }
}

describe('The deadline of a question', () => {
  it('ends all of its sources at the same instant with one timer', async () => {
    const { timers, question, deadlines } = setting()
    const ends = [deadlines.join(question), deadlines.join(question)]
    expect(timers.waiting).toBe(1)
    await timers.pass(299)
    expect(ends.map(({ aborted }) => aborted)).toEqual([false, false])
    await timers.pass(1)
    expect(ends.every(({ reason }) => reason instanceof DeadlinePassed)).toBe(true)
  })

  it('ends all of its sources when the client leaves, for that reason', () => {
    const { client, question, deadlines } = setting()
    const heard: unknown[] = []
    const end = deadlines.join(question)
    end.addEventListener('abort', () => heard.push(end.reason))
    client.abort('the client left')
    expect(heard).toEqual(['the client left'])
  })

  it('has ended from the start where the client has left already', () => {
    const { client, question, deadlines } = setting()
    client.abort('the client left')
    expect(deadlines.join(question)).toMatchObject({ aborted: true, reason: 'the client left' })
  })

  it('leaves neither a timer nor a listener behind when the last source is done', () => {
    const { timers, client, question, deadlines } = setting()
    const ends = [deadlines.join(question), deadlines.join(question)]
    deadlines.leave(question)
    expect(timers.waiting).toBe(1)
    deadlines.leave(question)
    expect(timers.waiting).toBe(0)
    client.abort('too late')
    expect(ends.some(({ aborted }) => aborted)).toBe(false)
  })

  it('tells nobody who has stopped listening', async () => {
    const { timers, question, deadlines } = setting()
    const end = deadlines.join(question)
    let heard = 0
    const listener = () => {
      heard += 1
    }
    end.addEventListener('abort', listener)
    end.removeEventListener('abort', listener)
    await timers.pass(300)
    expect([end.aborted, heard]).toEqual([true, 0])
  })
})

describe('Work until its end', () => {
  it('gives what the work gives, or throws what it throws, and stops listening', async () => {
    const ending = new Ending()
    let listening = 0
    const end = {
      aborted: false,
      reason: undefined,
      addEventListener: () => {
        listening += 1
      },
      removeEventListener: () => {
        listening -= 1
      },
    }
    expect(await untilEnd(Promise.resolve(1), ending)).toBe(1)
    await expect(untilEnd(Promise.reject(new Error('broken')), end)).rejects.toThrow('broken')
    expect(listening).toBe(0)
  })

  it('is left at the end, and may fail later without anybody hearing', async () => {
    const ending = new Ending()
    let fail = () => {}
    const work = new Promise((_, reject) => {
      fail = () => reject(new Error('too late'))
    })
    const waiting = untilEnd(work, ending)
    ending.end(new Error('the client left'))
    await expect(waiting).rejects.toThrow('the client left')
    fail()
    await settle()
    await expect(untilEnd(Promise.reject(new Error('x')), ending)).rejects.toThrow(
      'the client left',
    )
  })
})
