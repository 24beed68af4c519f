import { describe, expect, it } from '@jest/globals'
import { identityDigest, type NodeCursor } from '@kilde/contract'
import { besides, rivalsOf } from '../../src/merge/rivals.js'
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

const inForce = (...told: readonly NodeCursor[]) => {
  const organizations = [...new Set(told.map(({ o }) => o))]
  const answers = organizations.map((one) =>
    answer(
      one,
      told.filter(({ o }) => o === one),
    ),
  )
  return rivalsOf(answers, 0)
}

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
