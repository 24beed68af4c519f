import { describe, expect, it } from '@jest/globals'
import { createHolding, type Holding } from '../src/holding.js'
import { digestOf } from '../src/index.js'
import type { SignedState } from '../src/signature.js'
import { at, state } from './kit.js'

const MINUTE = 60_000

function signed(version: number, atMs: number, change: object = {}): SignedState {
  const issuedAt = new Date(atMs).toISOString()
  const made = state({ version, issuedAt, ...change })
  return { state: made, digest: digestOf(made) }
}

function confirmation(version: number, atMs: number) {
  const { digest } = signed(version, atMs)
  return { version, digest, issuedAt: new Date(atMs).toISOString() }
}

function holdingAt(clock: { at: number }): Holding {
  return createHolding({ now: () => clock.at, staleAfterMs: 15_000, expiresAfterMs: 15 * MINUTE })
}

const outdated = expect.objectContaining({
  code: 'CATALOGUE_OUTDATED',
  publicText: 'The registry gave an older state than it gave before.',
})
const unavailable = expect.objectContaining({
  code: 'CATALOGUE_UNAVAILABLE',
  status: 503,
  publicText: 'The registry of organisations has been out of reach for too long. Ask again later.',
})

describe('a follower', () => {
  it('that never had a state has none to give', () => {
    const holding = holdingAt({ at })
    expect(() => holding.current()).toThrow(unavailable)
    expect(holding.health()).toMatchObject({
      name: 'registry',
      ok: false,
      note: 'no signed state yet',
    })
  })

  it('goes by the newest state and never back', () => {
    const holding = holdingAt({ at })
    expect(holding.accept(signed(5, at))).toBe(true)
    expect(holding.accept(signed(7, at))).toBe(true)
    expect(() => holding.accept(signed(6, at))).toThrow(outdated)
    expect(holding.current().state.version).toBe(7)
  })

  it('refuses another content under the version it holds', () => {
    const holding = holdingAt({ at })
    holding.accept(signed(5, at))
    expect(() => holding.accept(signed(5, at, { agreements: [] }))).toThrow(outdated)
    expect(holding.current().state.agreements).toHaveLength(2)
  })

  it('keeps the very same state while only its confirmation changes', () => {
    const clock = { at }
    const holding = holdingAt(clock)
    holding.accept(signed(5, at))
    const { state: before } = holding.current()
    clock.at += 10_000
    expect(holding.accept(signed(5, clock.at))).toBe(false)
    expect(holding.current().state).toBe(before)
    expect(holding.current().confirmedAtMs).toBe(clock.at)
  })

  it('calls a state stale after 15 seconds and gives it out no longer after 15 minutes', () => {
    const clock = { at }
    const holding = holdingAt(clock)
    holding.accept(signed(5, at))
    clock.at = at + 15_000
    expect(holding.current().stale).toBe(false)
    expect(holding.health()).toMatchObject({ name: 'registry', ok: true })
    clock.at = at + 15_001
    expect(holding.current()).toMatchObject({ stale: true, confirmedAtMs: at })
    clock.at = at + 15 * MINUTE
    expect(holding.current().stale).toBe(true)
    expect(holding.health()).toMatchObject({
      name: 'registry',
      ok: false,
      warning: true,
      note: 'last signed state is 900 s old',
    })
    clock.at += 1
    expect(() => holding.current()).toThrow(unavailable)
    expect(holding.health().ok).toBe(false)
  })

  it('takes a confirmed state for fresh again', () => {
    const clock = { at }
    const holding = holdingAt(clock)
    holding.accept(signed(5, at))
    clock.at = at + 20_000
    holding.confirm(confirmation(5, clock.at))
    expect(holding.current()).toMatchObject({ stale: false, confirmedAtMs: clock.at })
  })

  it('is not made fresh by an old signature that is shown again', () => {
    const clock = { at }
    const holding = holdingAt(clock)
    holding.accept(signed(5, at))
    clock.at = at + 20_000
    holding.confirm(confirmation(5, at))
    holding.accept(signed(5, at))
    expect(holding.current()).toMatchObject({ stale: true, confirmedAtMs: at })
  })

  it('refuses a confirmation of what it does not hold', () => {
    const holding = holdingAt({ at })
    expect(() => holding.confirm(confirmation(5, at))).toThrow(outdated)
    holding.accept(signed(5, at))
    expect(() => holding.confirm(confirmation(4, at))).toThrow(outdated)
    expect(() => holding.confirm(confirmation(6, at))).toThrow(outdated)
    const other = { ...confirmation(5, at), digest: 'A'.repeat(43) }
    expect(() => holding.confirm(other)).toThrow(outdated)
  })

  it('refuses what was signed more than a minute in the future', () => {
    const holding = holdingAt({ at })
    holding.accept(signed(5, at + MINUTE))
    expect(holding.current().confirmedAtMs).toBe(at)
    expect(() => holding.accept(signed(6, at + MINUTE + 1))).toThrow(outdated)
  })
})
