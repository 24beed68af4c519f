import type { Found } from './shrink.js'
import { allRows, type HeldRow, type Source } from './world/world.js'

/** A failing case for people: how to repeat it, the operation, what each source holds, and where the answers differ. */
export function reportOf({ made, failure }: Found): string {
  return [
    `FAILED: seed ${made.seed} (npm run test:differential -- --cases 1 --seed ${made.seed}), page ${failure.round + 1}, way ${failure.way}`,
    made.text.trim(),
    `variables: ${JSON.stringify(failure.variables)}`,
    `requester ${made.world.requester}${made.world.stale ? ', registry silent' : ''}`,
    ...made.world.sources.flatMap(sourceLines),
    ...failure.differences.map((line) => `  ✗ ${line}`),
  ].join('\n')
}

function sourceLines(source: Source): readonly string[] {
  const { number, state, faults, dropped, withheld, truncated, style } = source
  const fault = faults.map((one) => one?.reason ?? 'answers').join(', ')
  const marks = [state, fault, `dropped ${dropped}`, withheld, truncated ? 'TRUNCATED' : '', style]
  return [
    `source ${number}: ${marks.filter((mark) => mark !== '').join(' · ')}`,
    ...allRows(source).map(rowLine),
  ]
}

const rowLine = ({ key, bad, observation }: HeldRow): string =>
  `  ${new Date(key.t).toISOString()} ${key.i.slice(0, 8)} ${key.d} v${key.n} ${observation.status} content ${key.c.slice(0, 6)} owner ${key.w}${bad ? ' BAD' : ''}`
