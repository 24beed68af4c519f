import { contractVersion } from '@kilde/contract'
import type { Colours } from '../style.js'
import type { Checked } from './run-checks.js'
import type { Setting } from './setting.js'

/** What `kilde conformance --json` prints: a public interface (docs/node-specification.md, The report). */
export interface Report {
  /** Address of the node’s questions. */
  readonly node: string
  readonly organization: string
  /** Version of the contract that was tried. */
  readonly contractVersion: string
  /** When the run began (RFC 3339). */
  readonly startedAt: string
  /** Whether every MUST that applies holds. */
  readonly conforms: boolean
  readonly counts: {
    readonly passed: number
    readonly failedMust: number
    readonly failedShould: number
    readonly notApplicable: number
  }
  readonly checks: readonly Checked[]
}

export function reportOf(
  setting: Setting,
  startedAtMs: number,
  checked: readonly Checked[],
): Report {
  const count = (holds: (one: Checked) => boolean): number => checked.filter(holds).length
  const failed = (level: string) => count((one) => one.outcome === 'FAIL' && one.level === level)
  const [failedMust, failedShould] = [failed('MUST'), failed('SHOULD')]
  return {
    node: `${setting.baseUrl}/graphql`,
    organization: setting.organization,
    contractVersion,
    startedAt: new Date(startedAtMs).toISOString(),
    conforms: failedMust === 0,
    counts: {
      passed: count(({ outcome }) => outcome === 'PASS'),
      failedMust,
      failedShould,
      notApplicable: count(({ outcome }) => outcome === 'NOT_APPLICABLE'),
    },
    checks: checked,
  }
}

/** The report for people: a line for each rule, what was seen where it does not hold, and the figure last. */
export function reportText(
  { node, organization, checks, counts, conforms }: Report,
  colours: Colours,
): string {
  const { green, red, yellow, dim, bold } = colours
  const mark = (one: Checked): string => {
    if (one.outcome === 'PASS') return green('pass')
    if (one.outcome === 'NOT_APPLICABLE') return dim('n/a ')
    return one.level === 'MUST' ? red('FAIL') : yellow('fail')
  }
  const line = (one: Checked): string => {
    const seen = one.detail === undefined ? '' : `\n      ${one.detail}`
    return `${mark(one)}  ${one.id.padEnd(10)}  ${one.level.padEnd(6)}  ${one.title}${seen}\n`
  }
  const { passed, failedMust, failedShould, notApplicable } = counts
  return [
    `${bold(`${node} (${organization})`)}\n`,
    ...checks.map(line),
    `${passed} rules hold, ${failedMust} MUST and ${failedShould} SHOULD do not, ${notApplicable} do not apply: `,
    conforms ? `${green('the node conforms')}.\n` : `${red('the node does not conform')}.\n`,
  ].join('')
}
