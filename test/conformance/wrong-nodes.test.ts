import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checks, runChecks, Tester } from '@kilde/cli/conformance'
import type { Fault } from './faults.js'
import { startTriedNode, strict, type TriedNode } from './setting.js'
import { policyFaults, rowFaults } from './table/content.js'
import { surfaceFaults } from './table/surface.js'
import { trustFaults } from './table/trust.js'
import { wrongNode } from './wrong-node.js'

const faults: readonly Fault[] = [...surfaceFaults, ...trustFaults, ...rowFaults, ...policyFaults]

/** Each fault against every check takes minutes: without this against the chapters of the rules that it breaks. */
const isFull = process.env['KILDE_CONFORMANCE_SCALE'] === 'full'
const chapterOf = (id: string): string => id.slice(0, id.lastIndexOf('-'))

describe('the checks of a node', () => {
  it('have for every rule that must hold a node that breaks it', () => {
    const broken = new Set(faults.flatMap(({ breaks }) => breaks))
    expect(checks.filter(({ id }) => !broken.has(id)).map(({ id }) => id)).toEqual([])
  })
})

describe.each([
  ['as it comes', {}, faults.filter(({ world }) => world === undefined)],
  ['that is strict', strict, faults.filter(({ world }) => world === 'strict')],
] as const)('a node %s', (_how, options, wrongs) => {
  let tried: TriedNode
  beforeAll(async () => {
    tried = await startTriedNode(options)
  }, 120_000)
  afterAll(() => tried.network.stop(), 60_000)

  it.each(wrongs.map((fault) => [fault.name, fault] as const))(
    'is found out where it %s',
    async (_name, { change, breaks }) => {
      const { network, setting } = tried
      const proxy = network.faults.municipality
      proxy?.behave(wrongNode(() => proxy.target(), change))
      const chapters = new Set(breaks.map(chapterOf))
      const chosen = checks.filter(({ id }) => isFull || chapters.has(chapterOf(id)))
      const checked = await runChecks(chosen, {
        tester: new Tester(setting),
        timeoutMs: 60_000,
        elapsed: () => performance.now(),
      })
      proxy?.behave('pass')
      const failed = checked.filter(({ outcome }) => outcome === 'FAIL')
      expect(
        failed.map(({ id, detail }) => (breaks.includes(id) ? id : `${id}: ${detail}`)),
      ).toEqual(checks.map(({ id }) => id).filter((id) => breaks.includes(id)))
    },
    isFull ? 300_000 : 60_000,
  )
})
