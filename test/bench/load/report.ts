import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, type Machine } from '../machine.js'
import type { Target } from '../targets.js'
import { drawLoad } from './chart.js'
import type { EvenFigures } from './phases.js'
import type { LoadFigures } from './targets.js'

const docs = (name: string): string =>
  fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url))

/** Writes docs/load.md, its chart, and the same for programs. */
export async function writeLoadReport(
  machine: Machine,
  figures: LoadFigures,
  targets: readonly Target[],
): Promise<void> {
  await writeFile(docs('load.json'), `${JSON.stringify({ machine, ...figures })}\n`)
  await writeFile(docs('load.svg'), drawLoad(figures))
  await writeFile(docs('load.md'), page(machine, figures, targets))
}

/** Names with values, one a line. */
export function loadLines({
  steady,
  saturation,
  overload,
  scale,
  soak,
}: LoadFigures): readonly (readonly string[])[] {
  return [
    ...evenLines(`${steady.perSecond} a second`, steady),
    ['highest rate at which the latencies hold', `${saturation.highest} a second`],
    ['most answers a second, 30 asking at once', overload.peak.toFixed(1)],
    ...evenLines(`${overload.perSecond} a second`, overload),
    ['right answers a second meanwhile', overload.goodput.toFixed(1)],
    ['refused with a time to come back', `${overload.overloaded} of ${overload.asked}`],
    ...evenLines(`${overload.after.perSecond} a second, 10 s after`, overload.after),
    ...scale.map((one) => [`p95 at ${one.nodes} nodes`, `${one.p95Ms.toFixed(0)} ms`]),
    ...(soak ? [['growth of memory', `${soak.slopeMibPerHour.toFixed(2)} MiB an hour`]] : []),
  ]
}

function evenLines(name: string, even: EvenFigures): readonly (readonly string[])[] {
  const { p50Ms, p95Ms, p99Ms, cores, failed, overloaded, asked } = even
  const times = [p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(0)).join(' / ')
  return [
    [`${name}: p50 / p95 / p99`, `${times} ms`],
    [`${name}: failed, refused, asked`, `${failed}, ${overloaded}, ${asked}`],
    ...Object.entries(cores).map(([part, used]) => [
      `${name}: cores kept busy by ${part}`,
      used.toFixed(2),
    ]),
  ]
}

function page(machine: Machine, figures: LoadFigures, targets: readonly Target[]): string {
  return `# Under load

Made by \`npm run load -- --write\` (\`--help\` tells its sizes). ${describe(machine)}.

${METHOD}

![Latency over the rate, and right answers under overload](load.svg)

## Targets

| Target | In this run | |
|---|---|---|
${targets.map(({ name, found, met }) => `| ${name} | ${found} | ${met ? 'met' : '**not met**'} |`).join('\n')}

## Figures

| | |
|---|---:|
${loadLines(figures)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join('\n')}

## Rates

| Requests a second | p50 | p95 | p99 | failed | refused |
|---:|---:|---:|---:|---:|---:|
${figures.saturation.steps.map(row).join('\n')}
`
}

const row = ({ perSecond, p50Ms, p95Ms, p99Ms, failed, overloaded }: EvenFigures): string =>
  `| ${perSecond} | ${p50Ms.toFixed(0)} ms | ${p95Ms.toFixed(0)} ms | ${p99Ms.toFixed(0)} ms | ${failed} | ${overloaded} |`

const METHOD = `Requests come at an even rate, whether or not those before have been answered (an open loop), and a latency counts from when
its request was due. Gateway, nodes, requesters, identity service and registry run **on the same cores**: what each of them keeps busy
is told beside the latencies.

- The gateway is the whole one: verified token and proof of each request, allowances, exchanged tokens and a proof for each source, the
  signed registry, and an encrypted access log that is on the disk before an answer leaves.
- Requesters have a token and a key each. Every answer is counted as right only where it has the size of one that was looked at.
- **Nodes are simulated**, as in [benchmarks](benchmarks.md): one listener for each organisation, in one process, which waits and
  answers with canned rows. They check no tokens and keep no log: what a real node takes is in [store](store.md).
- Saturation is the highest rate of the table below at which all latencies and failures of a normal day still hold, ten seconds each.`
