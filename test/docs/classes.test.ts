import { describe, expect, it } from '@jest/globals'
import { resourceClasses } from '../../subgraphs/organization/src/classes/index.js'
import { classes as lines } from '../policy/classes.js'
import { read } from './documents.js'

const shownWithout = (names: readonly string[]): string =>
  names.length > 0 ? names.join(', ') : 'all'

/** What a class needs beside its code: docs/adding-a-class.md. */
describe.each(resourceClasses.map(({ name, view }) => ({ name, field: view.field })))(
  'class $name',
  ({ name, field }) => {
    it('has a line for the oracle of policy in test/policy/classes.ts', () => {
      expect(lines.map((one) => one.name)).toContain(name)
    })

    it('is told of to who writes a node, in docs/node-protocol.md', () => {
      expect(read('docs/node-protocol.md')).toContain(`\`${field}\``)
    })
  },
)

describe('the table of docs/policy.md', () => {
  it('says of each class what the oracle of policy says', () => {
    const told = read('docs/policy.md')
      .split('\n')
      .filter((line) => /^\| `[A-Z]\w+` \|.*\|.*\|.*\|.*\|.*\|/.test(line))
    expect(told).toEqual(
      lines.map((one) => {
        const { assistant, secretary, pharmacist, closedToAids, young, hidden } = one
        const cells = [
          ...[assistant, secretary, pharmacist].map(shownWithout),
          closedToAids ? 'closed' : 'all',
          one.ofPatientAlone ? 'closed to every representative' : shownWithout(young),
          shownWithout(hidden),
        ]
        return `| \`${one.name}\` | ${cells.join(' | ')} |`
      }),
    )
  })

  it('names no class that there is not', () => {
    const known = ['Observation', ...resourceClasses.map(({ name }) => name)]
    expect(lines.filter(({ name }) => !known.includes(name))).toEqual([])
  })
})
