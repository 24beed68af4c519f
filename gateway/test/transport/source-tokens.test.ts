import { describe, expect, it } from '@jest/globals'
import type { AccessToken } from '@kilde/trust'
import { DeadlinePassed } from '../../src/transport/deadline.js'
import { Ending } from '../../src/transport/ending.js'
import { createSourceTokens, type SourceAccess } from '../../src/transport/source-tokens.js'
import { settle } from './virtual-timers.js'

interface Asked {
  readonly audience: string
  readonly signal: AbortSignal | undefined
  answer(token: AccessToken): void
  fail(): void
}

function setting(capacity?: number) {
  const asked: Asked[] = []
  let nowMs = 0
  const tokens = createSourceTokens({
    tokens: {
      exchange: ({ audience, signal }) =>
        new Promise((answer, reject) => {
          asked.push({ audience, signal, answer, fail: () => reject(new Error('refused')) })
        }),
    },
    scope: 'kilde:organization/read',
    now: () => nowMs,
    ...(capacity === undefined ? {} : { capacity }),
  })
  const tokenFor = (audience = 'a', end = new Ending(), access = accessOf()) =>
    tokens.tokenFor(access, audience, end)
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { tokens, asked, tokenFor, pass }
}

const one = '13717404089'
const other = '12057900499'

/** Somebody who asks: the same session, attest and patient unless something is changed. */
function accessOf(change: object = {}, patient = one): SourceAccess {
  const session = { subject: 'user', clientId: 'ehr', session: 's', jkt: 'key', tokenHash: 't' }
  const requester = { kind: 'professional', ...session, attest: { id: 'attest' }, ...change }
  return {
    requester: requester as unknown as SourceAccess['requester'],
    patient: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: patient },
    subjectToken: 'subject',
  }
}

const token = (value: string): AccessToken => ({ value, expiresAtMs: 60_000 })

describe('The token for a source', () => {
  it('is exchanged once for all that wait for it, and kept until shortly before it expires', async () => {
    const { asked, tokenFor, pass } = setting()
    const waiting = [tokenFor(), tokenFor()]
    expect(asked).toHaveLength(1)
    asked[0]?.answer(token('one'))
    expect(await Promise.all(waiting)).toEqual([token('one'), token('one')])
    pass(49_999)
    expect(await tokenFor()).toEqual(token('one'))
    pass(1)
    void tokenFor()
    expect(asked).toHaveLength(2)
  })

  it('is exchanged for all sources at the same time', () => {
    const { asked, tokenFor } = setting()
    for (const audience of ['a', 'b', 'c']) void tokenFor(audience)
    expect(asked.map(({ audience }) => audience)).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['requester', accessOf({ subject: 'another' })],
    ['client', accessOf({ clientId: 'another' })],
    ['session', accessOf({ session: 'another' })],
    ['key', accessOf({ jkt: 'another' })],
    ['attest', accessOf({ attest: { id: 'another' } })],
    ['ground', accessOf({ kind: 'citizen', purpose: 'PATRQT' })],
    ['patient', accessOf({}, other)],
  ])('is never that of another %s', async (_name, access) => {
    const { asked, tokenFor } = setting()
    const first = tokenFor()
    asked[0]?.answer(token('one'))
    await first
    void tokenFor('a', new Ending(), access)
    expect(asked).toHaveLength(2)
  })

  it('serves on when the client has renewed its own, but not without a session', async () => {
    const { asked, tokenFor } = setting()
    const first = tokenFor()
    asked[0]?.answer(token('one'))
    await first
    const renewed = accessOf({ tokenHash: 'renewed' })
    expect(await tokenFor('a', new Ending(), renewed)).toEqual(token('one'))
    void tokenFor('a', new Ending(), accessOf({ session: undefined, tokenHash: 't1' }))
    void tokenFor('a', new Ending(), accessOf({ session: undefined, tokenHash: 't2' }))
    expect(asked).toHaveLength(3)
  })

  it('is dropped for all sources when the user turns to another patient, and when he turns back', async () => {
    const { asked, tokenFor } = setting()
    const fetched = async (audience: string, patient: string) => {
      const before = asked.length
      const waiting = tokenFor(audience, new Ending(), accessOf({}, patient))
      const [exchange] = asked.slice(before)
      exchange?.answer(token(`${audience} ${patient}`))
      await waiting
      return exchange !== undefined
    }
    expect([await fetched('a', one), await fetched('b', one)]).toEqual([true, true])
    expect([await fetched('a', one), await fetched('b', one)]).toEqual([false, false])
    expect(await fetched('a', other)).toBe(true)
    expect([await fetched('a', one), await fetched('b', one)]).toEqual([true, true])
  })

  it('of one user is not dropped when another turns to another patient', async () => {
    const { asked, tokenFor } = setting()
    const first = tokenFor()
    asked[0]?.answer(token('one'))
    await first
    void tokenFor('a', new Ending(), accessOf({ subject: 'another' }, one))
    void tokenFor('a', new Ending(), accessOf({ subject: 'another' }, other))
    expect(await tokenFor()).toEqual(token('one'))
  })

  it('is exchanged anew after a failure', async () => {
    const { asked, tokenFor } = setting()
    const failed = tokenFor()
    asked[0]?.fail()
    await expect(failed).rejects.toThrow('refused')
    void tokenFor()
    expect(asked).toHaveLength(2)
  })

  it('is exchanged anew after a source has rejected it, once', async () => {
    const { tokens, asked, tokenFor } = setting()
    const first = tokenFor()
    asked[0]?.answer(token('one'))
    tokens.reject(accessOf(), 'a', await first)
    const second = tokenFor()
    asked[1]?.answer(token('two'))
    await second
    // Another question had the first token too, and its rejection comes late.
    tokens.reject(accessOf(), 'a', await first)
    expect(await tokenFor()).toEqual(token('two'))
  })

  it('is not fetched any more when the last client that waited for it has left', async () => {
    const { asked, tokenFor } = setting()
    const [first, last] = [new Ending(), new Ending()]
    const waiting = [tokenFor('a', first), tokenFor('a', last)]
    first.end(new Error('the client left'))
    await expect(waiting[0]).rejects.toThrow('the client left')
    expect(asked[0]?.signal?.aborted).toBe(false)
    last.end(new Error('the client left'))
    await expect(waiting[1]).rejects.toThrow('the client left')
    expect(asked[0]?.signal?.aborted).toBe(true)
    void tokenFor()
    expect(asked).toHaveLength(2)
  })

  it('goes on being fetched after a deadline: the next request needs it', async () => {
    const { asked, tokenFor } = setting()
    const end = new Ending()
    const late = tokenFor('a', end)
    end.end(new DeadlinePassed())
    await expect(late).rejects.toThrow(DeadlinePassed)
    asked[0]?.answer(token('one'))
    await settle()
    expect(await tokenFor()).toEqual(token('one'))
    expect(asked).toHaveLength(1)
  })

  it('goes when there are more than may be kept, the one used longest ago first', async () => {
    const { asked, tokenFor } = setting(2)
    for (const [place, audience] of ['a', 'b', 'c'].entries()) {
      const waiting = tokenFor(audience)
      asked[place]?.answer(token(audience))
      await waiting
    }
    await tokenFor('c')
    await tokenFor('b')
    expect(asked).toHaveLength(3)
    void tokenFor('a')
    expect(asked).toHaveLength(4)
  })
})
