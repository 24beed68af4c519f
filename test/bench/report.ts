import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { drawChart } from './chart.js'
import { type DemoFigures, demoLines } from './demo.js'
import { describe, type Machine } from './machine.js'
import type { Row } from './measure.js'
import { markdownTable } from './print.js'
import type { Part } from './protocol.js'
import type { Target } from './targets.js'

/** Everything that one run found. */
export interface Results {
  readonly machine: Machine
  /** A few cases only. */
  readonly quick: boolean
  readonly rows: readonly Row[]
  readonly targets: readonly Target[]
  readonly parts: readonly Part[]
  readonly demo: DemoFigures
}

const docs = (name: string): string =>
  fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url))

/** Rows that an earlier run found, as docs/benchmarks.json has them. */
export async function readRows(): Promise<readonly Row[]> {
  const { rows } = JSON.parse(await readFile(docs('benchmarks.json'), 'utf8')) as Results
  return rows
}

/** Writes docs/benchmarks.md, its chart, and the same for programs. */
export async function writeReport(results: Results): Promise<void> {
  const { machine, rows } = results
  await writeFile(docs('benchmarks.json'), `${JSON.stringify({ machine, rows })}\n`)
  await writeFile(docs('benchmarks.svg'), drawChart(results.rows))
  await writeFile(docs('benchmarks.md'), page(results))
}

function page({ machine, quick, rows, targets, parts, demo }: Results): string {
  return `# Benchmarks

Made by \`npm run bench -- --write${quick ? ' --quick' : ''}\`: the variants of a case are of one run; single cases may be of a later one. ${describe(machine)}.

${METHOD}

![CPU time per query and per source](benchmarks.svg)

## Targets

| Target | In this run | |
|---|---|---|
${targets.map(({ name, found, met }) => `| ${name} | ${found} | ${met ? 'met' : '**not met**'} |`).join('\n')}

${VARIANTS}

## ${quick ? 'Some' : 'All'} cases

A case is \`sources x rows of each\`. \`secure-cold\` is measured with 50 rows only: what it adds does not depend on them.

${markdownTable(rows)}

${coldCosts(rows)}

## Steps of security

CPU time of single steps, measured alone:

| Step | CPU per query |
|---|---:|
${parts.map(({ name, cpuMs }) => `| ${name} | ${cpuMs.toFixed(3)} ms |`).join('\n')}

## The demo

What the README shows, through real nodes with their database, asked one after the other:

| | | Target |
|---|---:|---|
${demoLines(demo)
  .map((line) => `| ${line.join(' | ')} |`)
  .join('\n')}
`
}

const METHOD = `Machines differ, and this one has other things to do: **compare ratios within the run, not milliseconds between runs**.
The variants of a case take turns in three rounds (nine for the case that targets are set for), and the figures are medians of the rounds.

- Each variant is a process of its own. *CPU* is that process's user and system time, all threads, per query, while as many queries
  are under way as keep it busy (eight; fewer with more than 30 sources).
- *p50* and *p99* are the client's latencies at a constant rate of half of what the variant could do, with nodes that take 20 ms.
  *Added* is that latency less the slowest node's own time for the same query.
- *Longest block* is the longest time for which the event loop did not come round at half load, in the quietest round; *memory* is the
  largest resident set.
- Nodes are simulated: one listener for each organisation, which answers the gateway's own operation with canned rows
  (docs/node-protocol.md) of about 190 bytes as the client sees them. Every answer is checked for its size, and the first of each
  process for what it holds.`

const VARIANTS = `## Variants

| Variant | What it is |
|---|---|
| \`relay\` | The least that this can cost in Node: the gateway's request to all sources over the same undici pools, and the raw bytes of all answers written to the client one after the other. Nobody looks at them. |
| \`merge-only\` | The gateway's engine (planning, locating, asking, checking, merging) behind Node's bare HTTP server: no tokens, proofs, audit. |
| \`secure\` | The whole gateway as it is run: verified token and proof, exchanged tokens (cached), a proof for each source, signed registry, encrypted and chained access log on the disk before the answer leaves, freed memory overwritten. |
| \`secure-cold\` | The same for a requester whose tokens have not been exchanged: one token exchange for each source. |
| \`general\` | \`merge-only\`, forced through \`@apollo/gateway\` instead of the direct way. |
| \`apollo-stock\` | \`@apollo/gateway\` 2.14 with every organisation as a subgraph (a root field for each, as its planner asks one subgraph for a field) and its own \`RemoteGraphQLDataSource\`. The same nodes and rows; N lists instead of one, nothing merged, no order, no completeness. |
| \`apollo-tuned\` | The same with a data source over undici's pools. |`

function coldCosts(rows: readonly Row[]): string {
  const costs = rows.flatMap((row) => {
    const warm = rows.find((one) => one.case === row.case && one.variant === 'secure')
    if (row.variant !== 'secure-cold' || !warm) return []
    const each = (row.cpuMsPerQuery - warm.cpuMsPerQuery) / row.sources
    return [`${each.toFixed(2)} ms at ${row.sources.toLocaleString('en')}`]
  })
  return `A cold token cache costs the gateway, for each source, so much more CPU time than a warm one: ${costs.join(', ')} sources.`
}
