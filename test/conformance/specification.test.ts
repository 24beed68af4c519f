import { describe, expect, it } from '@jest/globals'
import { checks } from '@kilde/cli/conformance'
import { read } from '../docs/documents.js'

interface Rule {
  readonly id: string
  readonly level: string
  readonly source: string
  readonly shownBy: string
}

const rules: readonly Rule[] = read('docs/node-specification.md')
  .split('\n')
  .flatMap((line) => {
    const [, id = '', level = '', , source = '', shownBy = ''] = line
      .split('|')
      .map((cell) => cell.trim())
    return id.startsWith('N-') ? [{ id, level, source, shownBy }] : []
  })

const lineOf = ({ id, level }: { readonly id: string; readonly level: string }) => `${id} ${level}`

describe('the specification of a node', () => {
  it('numbers each rule once, and says its source', () => {
    expect(rules.length).toBeGreaterThan(100)
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(rules.filter(({ source }) => source === '')).toEqual([])
  })

  it('has a check for each rule that it says has one, of the same weight, and no other', () => {
    const checked = rules.filter(({ shownBy }) => shownBy === 'check')
    expect(checks.map(lineOf).toSorted()).toEqual(checked.map(lineOf).toSorted())
  })

  it('says of every other rule how it is shown', () => {
    const others = rules.filter(({ shownBy }) => shownBy !== 'check')
    expect(others.filter(({ shownBy }) => !/^not from outside/.test(shownBy))).toEqual([])
  })
})
