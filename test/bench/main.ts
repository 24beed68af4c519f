import { parseArgs } from 'node:util'
import { auditLines, measureAudit, TARGET_PER_SECOND } from './audit.js'
import { type Surroundings, startSurroundings } from './bench-network.js'
import { allCases, type Case, MAIN_CASE, mainCase, quickCases, variants } from './cases.js'
import { demoLines, measureDemo } from './demo.js'
import { machine } from './machine.js'
import { type Effort, measureCase, type Row } from './measure.js'
import { printLines, printTable, printTargets } from './print.js'
import { endAll, startWorker } from './processes.js'
import { printProfile } from './profile.js'
import type { Part } from './protocol.js'
import { readRows, writeReport } from './report.js'
import { isSustained, measureSustained, sustainedLines } from './sustained.js'
import { targetsOf } from './targets.js'

const USAGE = `npm run bench                        everything: table, targets, steps of security, demo
npm run bench -- --quick             a few cases, under two minutes
npm run bench -- --json [--quick]    one line of JSON instead
npm run bench -- --write [--quick]   everything, into docs/benchmarks.md and docs/benchmarks.svg
npm run bench -- --case '20 x 50'    one case, or several with semicolons between; also: parts, demo, audit
npm run bench -- --write --case …    these cases again, the others as they were written before
npm run bench -- --case audit --minutes 10 [--rate 1100]  records that come evenly for so long (about 3 KB of disk each)
npm run bench -- --profile <variant> where the CPU time of a variant goes (20 x 50)`

const QUICK: Effort = { rounds: 3, warmUpMs: 1_000, closedMs: 400, openMs: 400 }
const FULL: Effort = { rounds: 3, warmUpMs: 1_000, closedMs: 400, openMs: 600 }
const PROFILED_MS = 6_000
const AUDIT_MS = 10_000

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    case: { type: 'string' },
    minutes: { type: 'string' },
    rate: { type: 'string', default: '1100' },
    profile: { type: 'string' },
  },
})

process.once('SIGINT', () => void endAll().then(() => process.exit(130)))
try {
  await run()
} catch (fault) {
  // What went wrong in another process comes with its own trace.
  console.error(`bench: ${messageOf(fault)}`)
  process.exitCode = 1
} finally {
  await endAll()
}

async function run(): Promise<void> {
  if (options.help) return console.log(USAGE)
  if (options.profile !== undefined) return profile(options.profile)
  if (options.case === 'demo') return printLines(demoLines(await measureDemo()))
  if (options.case === 'audit') return audit()
  if (options.case === 'parts') return printLines(partLines(await measureParts()))
  const rows = await withEarlier(await measureAll(chosenCases()))
  if (options.json) return console.log(JSON.stringify({ machine: machine(), rows }))
  printTable(rows, machine())
  const targets = targetsOf(rows)
  printTargets(targets)
  if (!options.write && (options.quick || options.case !== undefined)) return
  const parts = await measureParts()
  printLines(partLines(parts))
  const demo = await measureDemo()
  printLines(demoLines(demo))
  if (!options.write) return
  const { quick } = options
  await writeReport({ machine: machine(), quick, rows, targets, parts, demo })
}

/** A figure that a machine must reach, and so the exit code says whether it did. */
async function audit(): Promise<void> {
  if (options.minutes !== undefined) return sustained(Number(options.minutes), Number(options.rate))
  const found = await measureAudit(options.quick ? 2_000 : AUDIT_MS)
  if (options.json) console.log(JSON.stringify({ machine: machine(), audit: found }))
  else printLines(auditLines(found))
  if (found.perSecond < TARGET_PER_SECOND) process.exitCode = 1
}

async function sustained(minutes: number, rate: number): Promise<void> {
  if (!(minutes > 0 && minutes <= 1_440 && rate >= 1 && rate <= 100_000))
    throw new Error('--minutes is a number up to 1440, --rate one of records a second.')
  const found = await measureSustained(minutes, rate)
  if (options.json) console.log(JSON.stringify({ machine: machine(), sustained: found }))
  else printLines(sustainedLines(found))
  if (!isSustained(found)) process.exitCode = 1
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}

function chosenCases(): readonly Case[] {
  const cases = options.quick ? quickCases() : allCases()
  if (options.case === undefined) return cases
  const wanted = options.case.split(';').map((name) => name.trim())
  const unknown = wanted.filter((name) => !cases.some((one) => one.name === name))
  if (unknown.length === 0) return cases.filter(({ name }) => wanted.includes(name))
  const names = cases.map(({ name }) => name).join('; ')
  throw new Error(
    `There is no case ${unknown.join('; ')}; there are ${names}; parts, demo and audit.`,
  )
}

/** Where single cases are written, all others stay as they were; in the order in which a whole run has them. */
async function withEarlier(found: readonly Row[]): Promise<readonly Row[]> {
  if (!options.write || options.case === undefined) return found
  const again = new Set(found.map((row) => row.case))
  const all = [...(await readRows()).filter((row) => !again.has(row.case)), ...found]
  return allCases().flatMap(({ name }) => all.filter((row) => row.case === name))
}

/** The targets are about one case more than any other. */
function effortFor({ name }: Case): Effort {
  const effort = options.quick ? QUICK : FULL
  return name === MAIN_CASE ? { ...effort, rounds: 9, closedMs: 800 } : effort
}

async function measureAll(cases: readonly Case[]): Promise<readonly Row[]> {
  return withSurroundings(Math.max(...cases.map(({ sources }) => sources)), async (around) => {
    const rows: Row[] = []
    for (const size of cases) {
      const from = performance.now()
      const fault = await measureCase(size, effortFor(size), around).then(
        (found) => void rows.push(...found),
        (reason: unknown) => {
          process.exitCode = 1
          return messageOf(reason)
        },
      )
      // Beside the answer, which may be for a program. What all other cases have shown is not thrown away for one.
      const seconds = Math.round((performance.now() - from) / 1_000)
      console.error(`${size.name}: ${fault ?? `measured in ${seconds} s`}`)
    }
    return rows
  })
}

async function profile(name: string): Promise<void> {
  const variant = variants.find((one) => one === name)
  if (!variant) throw new Error(`There is no variant ${name}; there are ${variants.join(', ')}.`)
  await withSurroundings(mainCase().sources, (around) => printProfile(variant, PROFILED_MS, around))
}

async function measureParts(): Promise<readonly Part[]> {
  return withSurroundings(1, async ({ world }) => {
    const parts = await startWorker<object>('parts', world.info)
    const found = await parts.ask<readonly Part[]>('measure')
    await parts.end()
    return found
  })
}

function partLines(parts: readonly Part[]): readonly (readonly string[])[] {
  return parts.map(({ name, cpuMs }) => [name, `${cpuMs.toFixed(3)} ms`])
}

async function withSurroundings<Result>(
  mostSources: number,
  work: (around: Surroundings) => Promise<Result>,
): Promise<Result> {
  const around = await startSurroundings(mostSources)
  try {
    return await work(around)
  } finally {
    await around.end()
  }
}
