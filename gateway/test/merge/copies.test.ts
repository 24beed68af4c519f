import { describe, expect, it } from '@jest/globals'
import { joinCopies } from '../../src/merge/copies.js'
import { row } from './rows.js'

const owner = '310000108'
const hospital = '310000205'
const other = '310000302'
const truth = { t: 1, identity: 'a', owner }

describe('joining copies of one identity', () => {
  it('shows a row with an equal copy once, with both sources', () => {
    const merged = joinCopies([row(owner, truth), row(hospital, truth)])
    expect(merged).toHaveLength(1)
    expect(merged[0]?.conflict).toBe(false)
    expect(merged[0]?.copies.map(({ row: copy }) => copy.key.o)).toEqual([owner, hospital])
  })

  it('lets the owner’s newer version govern and marks the older copy as superseded', () => {
    const merged = joinCopies([
      row(hospital, truth),
      row(owner, { ...truth, version: 2, content: 'corrected' }),
    ])
    expect(merged).toHaveLength(1)
    expect(merged[0]?.row.key.o).toBe(owner)
    expect(merged[0]?.copies.map(({ superseded }) => superseded)).toEqual([false, true])
  })

  it('shows both where the same version has other content', () => {
    const merged = joinCopies([row(owner, truth), row(hospital, { ...truth, content: 'x' })])
    expect(merged.map(({ conflict }) => conflict)).toEqual([true, true])
  })

  it('does not let another’s higher version replace the owner’s row', () => {
    const merged = joinCopies([
      row(owner, truth),
      row(hospital, { ...truth, version: 999, content: 'forged' }),
    ])
    expect(merged.map(({ row: shown }) => shown.key.o)).toEqual([owner, hospital])
    expect(merged.every(({ conflict }) => conflict)).toBe(true)
  })

  it('does not let a source that calls itself the owner hide the owner’s row', () => {
    const merged = joinCopies([
      row(owner, truth),
      row(other, { ...truth, owner: other, version: 9, content: 'forged' }),
    ])
    expect(merged).toHaveLength(2)
    expect(merged.every(({ conflict }) => conflict)).toBe(true)
  })

  it('chooses none of differing copies while the owner does not answer', () => {
    const merged = joinCopies([
      row(hospital, truth),
      row(other, { ...truth, version: 2, content: 'newer' }),
    ])
    expect(merged).toHaveLength(2)
  })
})
