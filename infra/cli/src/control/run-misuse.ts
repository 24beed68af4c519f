import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { type Alert, detect } from './detect.js'
import { generateAccesses } from './generate-accesses.js'
import { type MisuseRule, misuseRules } from './rules.js'
import { wholeNumber } from './run-reconcile.js'
import { seeded } from './seeded.js'

export interface MisuseOptions {
  /** Ordinary accesses to generate. */
  readonly accesses: string
  readonly seed: string
}

/** Targets of peers.md A12. */
const LEAST_RECALL = 0.9
const MOST_FALSE_ALARMS = 5

/** Measures the rules by a generated log with misuse that is known; done only where they reach their targets. */
export async function runMisuse(
  { accesses, seed }: MisuseOptions,
  { out }: Surroundings,
): Promise<ExitCode> {
  const random = seeded(wholeNumber('--seed', seed))
  const log = generateAccesses(wholeNumber('--accesses', accesses), random)
  const alerts = detect(log.accesses, log.lookup)
  const found = new Set(alerts.map(({ access }) => access.id))
  const kinds = Object.keys(misuseRules) as MisuseRule[]
  const rows = kinds.map((rule) => {
    const seededOnes = [...log.misuse].filter(([, kind]) => kind === rule).map(([id]) => id)
    const hits = seededOnes.filter((id) => found.has(id)).length
    const wrong = falseAlarms(
      alerts.filter((one) => one.rule === rule),
      log.misuse,
    )
    const recall = seededOnes.length === 0 ? 1 : hits / seededOnes.length
    return { rule, seeded: seededOnes.length, hits, recall, wrong: wrong.size }
  })
  const head = ['RULE', 'SEEDED', 'FOUND', 'RECALL', 'FALSE ALARMS', 'WHAT']
  const cells = rows.map(({ rule, seeded: known, hits, recall, wrong }) => [
    ...[rule, `${known}`, `${hits}`, `${(recall * 100).toFixed(1)} %`, `${wrong}`],
    misuseRules[rule].about,
  ])
  out.write(table(head, cells, coloursFor(out).bold))
  const wrong = falseAlarms(alerts, log.misuse)
  const perDay = (wrong.size / log.users / log.days) * 10_000
  const recall = Math.min(...rows.map((row) => row.recall))
  out.write(
    `least recall ${(recall * 100).toFixed(1)} %, ${perDay.toFixed(2)} false alarms for 10,000 users a day (${log.accesses.length} accesses)\n`,
  )
  return recall >= LEAST_RECALL && perDay <= MOST_FALSE_ALARMS ? exitCodes.done : exitCodes.failed
}

const DAY_MS = 86_400_000

/** Whoever looks at an alarm looks at what one user did on one day: it is false where none of that is misuse. */
function falseAlarms(
  alerts: readonly Alert[],
  misuse: ReadonlyMap<string, MisuseRule>,
): ReadonlySet<string> {
  const dayOf = ({ access }: Alert): string => `${access.user} ${Math.floor(access.atMs / DAY_MS)}`
  const right = new Set(alerts.filter(({ access }) => misuse.has(access.id)).map(dayOf))
  return new Set(alerts.map(dayOf).filter((day) => !right.has(day)))
}
