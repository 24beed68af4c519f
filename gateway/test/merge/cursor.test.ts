import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { bindingOf, Cursors } from '../../src/merge/cursor.js'
import { SourceSet } from '../../src/merge/source-set.js'
import { row } from './rows.js'

const state = (failed: readonly string[] = []) => {
  const { t, i, o, d } = row('310000108', {
    t: 1_700_000_000_000,
    identity: 'a',
    owner: '310000108',
  }).key
  return { boundary: { t, i, o, d }, skip: 0, served: 50, failed: SourceSet.empty.with(failed) }
}
/** What a cursor of the contract before would be bound to. */
const before = (): string => 'bound to the contract before'
const invalid = {
  code: 'CURSOR_INVALID',
  publicText: 'The cursor is not one of this list. Start again without `after`.',
}
const refusal = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    const { code, publicText } = error as { code: string; publicText: string }
    return { code, publicText }
  }
}

describe('cursors', () => {
  const current = randomBytes(32)
  const cursors = new Cursors({ current })
  const binding = bindingOf(['observations', { codes: ['a|b'] }, 'subject', 'patient'])

  it('come back as they were written', () => {
    const written = cursors.write(state(['310000205']), binding)
    const read = cursors.read(written, [binding, before])
    expect(read.boundary).toEqual(state().boundary)
    expect(read.served).toBe(50)
    expect(read.failed.mayHave('310000205')).toBe(true)
  })

  it('of the contract before are read, of others not', () => {
    const written = cursors.write(state(), before())
    expect(cursors.read(written, [binding, before]).served).toBe(50)
    expect(refusal(() => cursors.read(written, [binding, () => 'older still']))).toEqual(invalid)
  })

  it('are the same for the same place', () => {
    expect(cursors.write(state(), binding)).toBe(cursors.write(state(), binding))
  })

  it('have the same size at 0 and at 1,000 failed sources', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => String(100_000_000 + index))
    expect(cursors.write(state(many), binding)).toHaveLength(cursors.write(state(), binding).length)
  })

  it('are refused for other arguments, another requester or another patient', () => {
    const written = cursors.write(state(), binding)
    for (const other of [
      ['observations', {}, 'subject', 'patient'],
      ['observations', { codes: ['a|b'] }, 'x', 'patient'],
    ]) {
      expect(refusal(() => cursors.read(written, [bindingOf(other), before]))).toEqual(invalid)
    }
  })

  it('are refused when any character is changed', () => {
    const written = cursors.write(state(), binding)
    for (let at = 0; at < written.length; at += 1) {
      const changed = `${written.slice(0, at)}${written[at] === 'A' ? 'B' : 'A'}${written.slice(at + 1)}`
      expect(refusal(() => cursors.read(changed, [binding, before]))).toEqual(invalid)
    }
  })

  it.each(['', 'x', '....', 'a.b.c.d', 'x'.repeat(10_000)])(
    'are refused where they are none: %#',
    (text) => {
      expect(refusal(() => cursors.read(text, [binding, before]))).toEqual(invalid)
    },
  )

  it('written with the previous key are accepted, older ones are not', () => {
    const written = cursors.write(state(), binding)
    const rotated = new Cursors({ current: randomBytes(32), previous: current })
    expect(rotated.read(written, [binding, before]).served).toBe(50)
    expect(
      refusal(() => new Cursors({ current: randomBytes(32) }).read(written, [binding, before])),
    ).toEqual(invalid)
  })
})
