import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Checked, checks, reportOf, runChecks, Tester } from '@kilde/cli/conformance'
import { type NodeOptions, startTriedNode, strict, type TriedNode } from './setting.js'

const told = ({ id, outcome, detail }: Checked): string => `${id} ${outcome}: ${detail ?? ''}`

const nodes: readonly (readonly [string, NodeOptions, readonly string[]])[] = [
  ['as it comes', {}, ['N-HTTP-10', 'N-SIG-1']],
  ['that wants nonces, answers only signed requests and never discloses', strict, []],
]

describe.each(nodes)('our own node, %s', (_how, options, notApplicable) => {
  let tried: TriedNode
  let checked: readonly Checked[]
  beforeAll(async () => {
    tried = await startTriedNode(options)
    const tester = new Tester(tried.setting)
    checked = await runChecks(checks, {
      tester,
      timeoutMs: 60_000,
      elapsed: () => performance.now(),
    })
  }, 180_000)
  afterAll(() => tried.network.stop(), 60_000)

  it('keeps every rule of the specification that can be tried', () => {
    expect(checked.filter(({ outcome }) => outcome === 'FAIL').map(told)).toEqual([])
    expect(reportOf(tried.setting, 0, checked).conforms).toBe(true)
  })

  it('leaves no rule untried but those that do not apply to it', () => {
    const untried = checked.filter(({ outcome }) => outcome === 'NOT_APPLICABLE')
    expect(untried.map(({ id }) => id)).toEqual(notApplicable)
    expect(checked.map(({ id }) => id)).toEqual(checks.map(({ id }) => id))
  })
})
