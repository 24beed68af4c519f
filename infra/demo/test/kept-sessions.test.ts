import { describe, expect, it } from '@jest/globals'
import { createProofSigner, generateKey } from '@kilde/trust'
import { keepSessions } from '../src/kept-sessions.js'
import type { Session } from '../src/sessions.js'

const proof = createProofSigner(await generateKey())
/** Signs in for ten minutes, and counts. */
function signingIn(now: () => number) {
  let times = 0
  return {
    times: () => times,
    signIn: async (): Promise<Session> => {
      times += 1
      return { token: { value: `token ${times}`, expiresAtMs: now() + 600_000 }, proof }
    },
  }
}

describe('sessions that are kept', () => {
  it('sign in once for all who ask at the same time', async () => {
    const { signIn, times } = signingIn(() => 0)
    const session = keepSessions(() => 0)
    const found = await Promise.all([1, 2, 3].map(() => session('nurse', signIn)))
    expect(times()).toBe(1)
    expect(new Set(found).size).toBe(1)
  })

  it('sign in anew, once, before the token ends', async () => {
    let nowMs = 0
    const { signIn, times } = signingIn(() => nowMs)
    const session = keepSessions(() => nowMs)
    await session('nurse', signIn)
    nowMs = 540_000
    await session('nurse', signIn)
    expect(times()).toBe(1)
    nowMs = 540_001
    const found = await Promise.all([1, 2, 3].map(() => session('nurse', signIn)))
    expect(times()).toBe(2)
    expect(found.map(({ token }) => token.value)).toEqual(['token 2', 'token 2', 'token 2'])
  })

  it('keep no sign-in that failed', async () => {
    const { signIn } = signingIn(() => 0)
    const session = keepSessions(() => 0)
    await expect(session('nurse', () => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    )
    await expect(session('nurse', signIn)).resolves.toMatchObject({ token: { value: 'token 1' } })
  })
})
