import { describe, expect, it } from '@jest/globals'
import { identityDigest, type NodeCursor } from '@kilde/contract'
import { besides, isUnclaimedBy, rivalsOf } from '../../src/merge/rivals.js'
import { EXCLUDED_PAGE, type SourceAnswer } from '../../src/transport/source-answer.js'

const [solvik, fjordheim] = ['310000108', '310000205']

/** One plan as its source tells of it; `name` is what copies are known by. */
const plan = (name: string, organization: string, more: Partial<NodeCursor> = {}): NodeCursor => ({
  ...{ s: 'V', t: 0, i: identityDigest(name), o: organization, d: `${organization}.${name}` },
  ...{ p: 'p', n: 1, c: identityDigest('content'), w: solvik },
  ...more,
})

function answer(organization: string, rivals: readonly NodeCursor[]): SourceAnswer {
  const page = { ...EXCLUDED_PAGE, status: 'OK', reason: undefined, rivals } as const
  return { organization, status: 'OK', reason: undefined, elapsedMs: 1, pages: [page] }
}

const answersOf = (told: readonly NodeCursor[]) =>
  [...new Set(told.map(({ o }) => o))].map((one) =>
    answer(
      one,
      told.filter(({ o }) => o === one),
    ),
  )
const inForce = (...told: readonly NodeCursor[]) => rivalsOf(answersOf(told), 0)
const isUnclaimed = (...told: readonly NodeCursor[]) => isUnclaimedBy(answersOf(told), 0)

describe('rows of which a patient has one in force', () => {
  it('are one where sources have copies of it, and none where nobody says that one is active', () => {
    expect(inForce(plan('a', solvik), plan('a', fjordheim)).size).toBe(1)
    expect(inForce(plan('a', solvik, { s: 'M' }), plan('b', fjordheim, { s: 'D' })).size).toBe(0)
  })

  it('name each other where there are several, whoever holds them', () => {
    const rivals = inForce(plan('a', solvik), plan('b', fjordheim), plan('c', solvik, { s: 'M' }))
    expect(besides(rivals, identityDigest('a'), true)).toEqual([`${fjordheim}.b`])
    expect(besides(rivals, identityDigest('c'), false)).toEqual([])
  })

  it('end with their owner’s word, though a copy elsewhere says otherwise', () => {
    const ended = plan('a', solvik, { s: 'K', n: 2 })
    expect(inForce(ended, plan('a', fjordheim), plan('b', fjordheim)).size).toBe(1)
  })

  it('do not end with the word of who does not own them', () => {
    const claimed = plan('a', fjordheim, { s: 'K', n: 9 })
    expect(inForce(plan('a', solvik), claimed).size).toBe(1)
  })
})

describe('rows of which one should be in force and none is', () => {
  const handedOver = plan('a', solvik, { s: 'g', t: 10 })

  it.each([
    ['somebody waits for it', [plan('a', solvik, { s: 'O' })], true],
    ['somebody has paused', [plan('a', solvik, { s: 's' })], true],
    ['somebody says that another is', [plan('a', solvik, { s: 'U' })], true],
    ['it was handed over, and nobody took over', [handedOver], true],
    [
      'it was handed over, and what came before had ended',
      [handedOver, plan('b', fjordheim, { s: 'J', t: 5 })],
      true,
    ],
  ])('are unclaimed where %s', (_, told, expected) => {
    expect(isUnclaimed(...told)).toBe(expected)
  })

  it.each([
    ['there are none', []],
    ['one is in force', [handedOver, plan('b', fjordheim)]],
    ['it has ended', [plan('a', solvik, { s: 'J' })]],
    [
      'it was handed over, and whoever took over has ended',
      [handedOver, plan('b', fjordheim, { s: 'J', t: 20 })],
    ],
    ['it was entered in error', [plan('a', solvik, { s: 'E' })]],
  ])('are none where %s', (_, told) => {
    expect(isUnclaimed(...told)).toBe(false)
  })

  it('are told by their owner: a copy elsewhere that still waits leaves nothing open', () => {
    const owned = { w: solvik }
    const ended = plan('a', solvik, { s: 'J', n: 2, ...owned })
    expect(isUnclaimed(ended, plan('a', fjordheim, { s: 'O', ...owned }))).toBe(false)
  })
})
