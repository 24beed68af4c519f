import { describe, expect, it } from '@jest/globals'
import { createSubscriptions } from '../../src/live/streams.js'
import type { Asked } from '../../src/path/stage.js'
import { askedBy } from '../merge/ask-all.js'

const MINUTE_MS = 60_000

function asked(change: object = {}, operation: object = {}): Asked {
  const base = askedBy()
  const attest = { attestedAtMs: 0, decisionRef: { id: 'd' } }
  const requester = {
    ...{ ...base.requester, kind: 'professional', subject: 's', clientId: 'c', jkt: 'k', pid: 'p' },
    ...{ organization: '310000108', purpose: 'TREAT', attest, expiresAtMs: MINUTE_MS },
    ...change,
  }
  return {
    ...base,
    requester,
    signal: new AbortController().signal,
    operation: { ...base.operation, ...operation },
  } as unknown as Asked
}

const codeOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (refusal) {
    return (refusal as { code: string }).code
  }
}

describe('a subscription', () => {
  it('goes on by another token of the same requester, as long as that lives', () => {
    const streams = createSubscriptions()
    const stream = streams.open(asked())
    expect(stream.endsAtMs).toBe(MINUTE_MS)
    expect(streams.renew(stream.id, asked({ expiresAtMs: 2 * MINUTE_MS }))).toBe(2 * MINUTE_MS)
    expect(stream.endsAtMs).toBe(2 * MINUTE_MS)
    // An attest is good for an hour.
    expect(streams.renew(stream.id, asked({ expiresAtMs: 90 * MINUTE_MS }))).toBe(60 * MINUTE_MS)
  })

  it.each([
    ['another requester', { subject: 'other' }, {}],
    ['another person', { pid: 'other' }, {}],
    ['another client', { clientId: 'other' }, {}],
    ['another key', { jkt: 'other' }, {}],
    ['another organisation', { organization: '310000205' }, {}],
    ['another purpose', { purpose: 'ETREAT' }, {}],
    ['another operation', {}, { source: 'other' }],
    ['other variables', {}, { variables: { other: 1 } }],
  ])('cannot be renewed by %s', (_who, change, operation) => {
    const streams = createSubscriptions()
    const stream = streams.open(asked())
    expect(codeOf(() => streams.renew(stream.id, asked(change, operation)))).toBe('STREAM_UNKNOWN')
    expect(stream.endsAtMs).toBe(MINUTE_MS)
  })

  it('is unknown when it is over, and all end when the gateway stops', () => {
    const streams = createSubscriptions()
    const [one, other] = [streams.open(asked()), streams.open(asked())]
    one.close()
    expect(one.signal.aborted).toBe(true)
    expect(codeOf(() => streams.renew(one.id, asked()))).toBe('STREAM_UNKNOWN')
    streams.stop()
    expect([other.signal.aborted, other.stopping.aborted]).toEqual([true, true])
  })
})
