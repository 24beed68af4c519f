import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { silentLogger } from '@kilde/service'
import { clearWhenIdle, type IdleClearing } from '../../src/memory/idle.js'

const IDLE_MS = 1_000

describe('clearing memory between requests', () => {
  let server: EventEmitter
  let clearing: IdleClearing
  let signals: AbortSignal[]
  beforeEach(() => {
    jest.useFakeTimers()
    server = new EventEmitter()
    signals = []
    const clear = async (signal: AbortSignal): Promise<void> => void signals.push(signal)
    const options = { idleMs: IDLE_MS, logger: silentLogger }
    clearing = clearWhenIdle(server as Server, { clear }, options)
  })
  afterEach(() => {
    clearing.stop()
    jest.useRealTimers()
  })

  /** A request that begins; ends when what this answers is called. */
  const request = (url = '/graphql'): (() => void) => {
    const response = new EventEmitter()
    server.emit('request', { url }, response)
    return () => response.emit('close')
  }

  it('happens once after a pause, not again before another request', () => {
    request()()
    jest.advanceTimersByTime(IDLE_MS - 1)
    expect(signals).toHaveLength(0)
    jest.advanceTimersByTime(10 * IDLE_MS)
    expect(signals).toHaveLength(1)
    request()()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals).toHaveLength(2)
  })

  it('waits until the last of several requests has ended', () => {
    const [first, second] = [request(), request()]
    first()
    jest.advanceTimersByTime(2 * IDLE_MS)
    expect(signals).toHaveLength(0)
    second()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals).toHaveLength(1)
  })

  it('happens after what was no request too, and waits for requests then', () => {
    clearing.soon()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals).toHaveLength(1)
    const end = request()
    clearing.soon()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals).toHaveLength(1)
    end()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals).toHaveLength(2)
  })

  it('begins to wait anew with each request', () => {
    request()()
    jest.advanceTimersByTime(IDLE_MS - 1)
    request()()
    jest.advanceTimersByTime(IDLE_MS - 1)
    expect(signals).toHaveLength(0)
  })

  it('ends for a request that arrives meanwhile, and happens again after it', () => {
    request()()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals[0]?.aborted).toBe(false)
    const end = request()
    expect(signals[0]?.aborted).toBe(true)
    end()
    jest.advanceTimersByTime(IDLE_MS)
    expect(signals[1]?.aborted).toBe(false)
  })

  it('neither waits for probes nor happens because of them', () => {
    request('/health/ready')()
    jest.advanceTimersByTime(2 * IDLE_MS)
    expect(signals).toHaveLength(0)
    request()()
    jest.advanceTimersByTime(IDLE_MS - 1)
    request('/health/live')
    jest.advanceTimersByTime(1)
    expect(signals).toHaveLength(1)
  })

  it('does not happen after the end', () => {
    request()()
    clearing.stop()
    jest.advanceTimersByTime(2 * IDLE_MS)
    expect(signals).toHaveLength(0)
  })
})
