import { describe, expect, it } from '@jest/globals'
import { Progress } from '../../src/live/progress.js'
import type { Fetch, Located } from '../../src/path/stage.js'
import type { SourceAnswer, SourceStatus } from '../../src/transport/source-answer.js'

const located: Located = { providers: [], confirmedAtMs: 0, stale: false }

function fetchWith(policy: object = {}): Fetch {
  const all = { completion: 'BEST_EFFORT', mandatory: [], sources: undefined, excluded: new Set() }
  return { policy: { ...all, ...policy } } as unknown as Fetch
}

const answerOf = (organization: string, status: SourceStatus): SourceAnswer => ({
  organization,
  status,
  reason: undefined,
  elapsedMs: undefined,
  pages: [],
})

/** Follows sources that answer when they are told to. */
function following(progress: Progress, names: readonly string[], fetch = fetchWith()) {
  const tellers = new Map<string, (status: SourceStatus) => void>()
  const answering = names.map(
    (name) =>
      new Promise<SourceAnswer>((resolve) => {
        tellers.set(name, (status) => resolve(answerOf(name, status)))
      }),
  )
  progress.follow(
    fetch,
    located,
    names.map((name) => answerOf(name, 'PENDING')),
    answering,
  )
  return async (name: string, status: SourceStatus = 'OK'): Promise<void> => {
    tellers.get(name)?.(status)
    await Promise.all(answering.slice(names.indexOf(name), names.indexOf(name) + 1))
    await Promise.resolve()
  }
}

const pendingOf = async (parts: ReturnType<Progress['parts']>) =>
  (await parts.next()).value?.pending

describe('parts of an answer', () => {
  it('come with each source, and say which have not answered', async () => {
    const progress = new Progress(10)
    const answers = following(progress, ['a', 'b', 'c'])
    const parts = progress.parts()
    await answers('b')
    expect(await pendingOf(parts)).toEqual(['a', 'c'])
    const waiting = pendingOf(parts)
    await answers('a', 'REFUSED')
    expect(await waiting).toEqual(['c'])
  })

  it('do not queue: who takes them slowly gets the newest', async () => {
    const progress = new Progress(10)
    const answers = following(progress, ['a', 'b', 'c', 'd'])
    const parts = progress.parts()
    await answers('a')
    await answers('b')
    await answers('c')
    expect(await pendingOf(parts)).toEqual(['d'])
  })

  it('end with the answer, and are no more than so many', async () => {
    const progress = new Progress(1)
    const answers = following(progress, ['a', 'b', 'c'])
    const parts = progress.parts()
    await answers('a')
    expect(await pendingOf(parts)).toEqual(['b', 'c'])
    await answers('b')
    expect(await pendingOf(parts)).toBeUndefined()

    const ended = new Progress(10)
    const late = following(ended, ['a', 'b'])
    const none = pendingOf(ended.parts())
    ended.end()
    await late('a')
    expect(await none).toBeUndefined()
  })

  it('are not offered for sources that nobody asked, for the last one, or to who wants all', async () => {
    for (const [names, policy, status] of [
      [['a', 'b'], {}, 'NOT_ASKED'],
      [['a'], {}, 'OK'],
      [['a', 'b'], { completion: 'ALL_OR_ERROR' }, 'OK'],
      [['a', 'b'], { mandatory: ['b'] }, 'OK'],
    ] as const) {
      const progress = new Progress(10)
      const answers = following(progress, names, fetchWith(policy))
      await answers('a', status)
      const none = pendingOf(progress.parts())
      progress.end()
      expect(await none).toBeUndefined()
    }
  })
})
