import { describe, type Machine } from './machine.js'
import type { Row } from './measure.js'
import type { Target } from './targets.js'

const columns: readonly (readonly [string, (row: Row) => string])[] = [
  ['case', ({ case: name }) => name],
  ['variant', ({ variant }) => variant],
  ['CPU/query', ({ cpuMsPerQuery }) => `${cpuMsPerQuery} ms`],
  ['× relay', ({ relayRatio }) => relayRatio.toFixed(2)],
  [
    'CPU/source',
    ({ cpuMsPerQuery, sources }) => `${((cpuMsPerQuery * 1_000) / sources).toFixed(0)} µs`,
  ],
  ['p50', ({ p50Ms }) => `${p50Ms} ms`],
  ['p99', ({ p99Ms }) => `${p99Ms} ms`],
  ['added p50', ({ addedP50Ms }) => `${addedP50Ms} ms`],
  ['added p99', ({ addedP99Ms }) => `${addedP99Ms} ms`],
  ['longest block', ({ maxBlockMs }) => `${maxBlockMs} ms`],
  ['memory', ({ rssMb }) => `${rssMb} MB`],
]

/** The table as people read it in a terminal. */
export function printTable(rows: readonly Row[], machine: Machine): void {
  const lines = [columns.map(([name]) => name), ...rows.map(cells)]
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  )
  console.log(`\n${describe(machine)}\n`)
  for (const line of lines) console.log(pad(line, widths))
}

/** The table as docs/benchmarks.md has it. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  const head = columns.map(([name]) => name)
  const rule = columns.map((_, index) => (index < 2 ? '---' : '---:'))
  return [head, rule, ...rows.map(cells)].map(line).join('\n')
}

export function printTargets(targets: readonly Target[]): void {
  console.log('')
  for (const { name, found, met } of targets)
    console.log(`${met ? 'met    ' : 'NOT MET'} ${name}: ${found}`)
}

const cells = (row: Row): string[] => columns.map(([, write]) => write(row))

function pad(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((text, index) =>
      index < 2 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0),
    )
    .join('  ')
}

/** Names with values, one a line. */
export function printLines(lines: readonly (readonly string[])[]): void {
  console.log('')
  for (const [name = '', value = '', target = ''] of lines) {
    console.log(`${name.padEnd(62)} ${value.padStart(12)}   ${target}`.trimEnd())
  }
}
